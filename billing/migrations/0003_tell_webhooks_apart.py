from typing import Any

from django.db import migrations, models
from django.db.models import F


def take_earlier_ones_for_webhooks(apps: Any, schema_editor: Any) -> None:
    """Nothing tells them apart any more, and almost all of them were."""
    apps.get_model("billing", "StripeEvent").objects.update(webhook_at=F("received_at"))


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_typographic_labels")]

    operations = [
        migrations.AddField(
            model_name="stripeevent",
            name="webhook_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(take_earlier_ones_for_webhooks, migrations.RunPython.noop),
    ]

"""Events of the therapist's own calendar that can't be read are counted, so that she sees it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0004_held_for"),
    ]

    operations = [
        migrations.AddField(
            model_name="externalevent",
            name="is_bad",
            field=models.BooleanField(default=False),
        ),
    ]

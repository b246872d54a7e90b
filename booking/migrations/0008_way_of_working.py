"""How a therapist works has versions; what was written before becomes the first one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import portal.shared.append_only


def keep_what_was_written(apps, schema_editor):
    way_of_working = apps.get_model("booking", "WayOfWorking")
    for practitioner in apps.get_model("booking", "Practitioner").objects.exclude(how_i_work=""):
        way_of_working.objects.create(
            practitioner=practitioner, opening=practitioner.how_i_work, published_at=timezone.now()
        )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0007_waits_expire"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WayOfWorking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("opening", models.TextField(blank=True)),
                ("places", models.JSONField(default=dict)),
                ("sentences", models.JSONField(default=dict)),
                ("phases", models.JSONField(default=list)),
                ("not_for", models.JSONField(default=list)),
                ("first_conversation", models.TextField(blank=True)),
                ("more", models.TextField(blank=True)),
                ("published_at", models.DateTimeField()),
                ("practitioner", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ways_of_working", to="booking.practitioner")),
                ("published_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name_plural": "ways of working",
                "ordering": ["practitioner", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("practitioner", "version"), name="way_version"),
                    portal.shared.append_only.AppendOnly(name="way_of_working_frozen"),
                ],
            },
        ),
        migrations.RunPython(keep_what_was_written, migrations.RunPython.noop),
    ]

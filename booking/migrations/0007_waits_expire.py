"""A wait on the waitlist ends with its last day."""

from django.db import migrations, models

STATES = [
    ("waiting", "Waiting"),
    ("booked", "Has a time"),
    ("left", "Left the list"),
    ("expired", "The last day is over"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0006_stamp_the_diary"),
    ]

    operations = [
        migrations.AlterField(
            model_name="waitlistentry",
            name="state",
            field=models.CharField(choices=STATES, default="waiting", max_length=10),
        ),
    ]

"""The text stands in the versions of the way of working."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0008_way_of_working"),
    ]

    operations = [
        migrations.RemoveField(model_name="practitioner", name="how_i_work"),
    ]

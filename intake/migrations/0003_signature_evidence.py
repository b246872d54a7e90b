from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_filling")]

    operations = [
        migrations.RemoveConstraint(model_name="consentsignature", name="signed_once"),
        migrations.AddField(
            model_name="consentsignature",
            name="records_version",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="consentsignature",
            constraint=models.UniqueConstraint(
                fields=("intake", "document", "method"), name="signed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method", "paper"), ("typed_name__isnull", False), _connector="OR"
                ),
                name="signature_has_a_name",
            ),
        ),
    ]

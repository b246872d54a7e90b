from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_guardians")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="alert_minutes",
            field=models.PositiveSmallIntegerField(default=30),
        ),
        migrations.AddField(
            model_name="practice",
            name="alert_backup_email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                name="alert_minutes_of_a_day",
                condition=models.Q(alert_minutes__gte=5, alert_minutes__lte=1440),
            ),
        ),
    ]

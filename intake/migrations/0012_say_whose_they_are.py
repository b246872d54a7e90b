from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Of what was there before: the client of each response, whom each alert is for, its steps."""
    response, intake = (apps.get_model("intake", n) for n in ("QuestionnaireResponse", "Intake"))
    of_intake = intake.objects.filter(pk=OuterRef("intake"))
    response.objects.filter(client=None).update(client=Subquery(of_intake.values("client")[:1]))
    alert = apps.get_model("intake", "SafetyAlert")
    of_response = response.objects.filter(pk=OuterRef("response"))
    therapist = of_response.values("intake__appointment__practitioner")[:1]
    alert.objects.filter(practitioner=None).update(practitioner=Subquery(therapist))
    step = apps.get_model("intake", "SafetyStep")
    for one in alert.objects.all():
        step.objects.create(alert=one, kind="raised", turn=1, at=one.raised_at)
        if one.acknowledged_at:
            step.objects.create(
                alert=one,
                kind="acknowledged",
                turn=1,
                at=one.acknowledged_at,
                by=one.acknowledged_by,
                words=one.what_was_done,
            )


class Migration(migrations.Migration):

    dependencies = [("intake", "0011_forms_outside_intakes")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

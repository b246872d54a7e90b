import portal.shared.append_only
from django.db import migrations


class Migration(migrations.Migration):
    """PostgreSQL's triggers name the columns that they freeze: those added since are named too."""

    dependencies = [("intake", "0008_questionnaire_drafts")]

    operations = [
        migrations.RemoveConstraint(model_name="consentdocument", name="consent_document_frozen"),
        migrations.AddConstraint(
            model_name="consentdocument",
            constraint=portal.shared.append_only.AppendOnly(name="consent_document_frozen"),
        ),
        migrations.RemoveConstraint(model_name="packet", name="packet_append_only"),
        migrations.AddConstraint(
            model_name="packet",
            constraint=portal.shared.append_only.AppendOnly(
                name="packet_append_only", mutable=("file",)
            ),
        ),
    ]

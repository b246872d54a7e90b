"""The form that takes in a questionnaire's file."""

from typing import Any

from django import forms

from intake.fhir.files import MOST_BYTES
from intake.services.importing import Checked, check_file

ACCEPTED = ".json,.xml,application/json,application/fhir+json,application/fhir+xml"


class QuestionnaireFileForm(forms.Form):
    """What stands in the file is for the page to tell: the form asks only that there is one."""

    file = forms.FileField(
        label="FHIR Questionnaire (R4)",
        help_text="A file that ends in .json or .xml, from another system or from a colleague. "
        "Nothing is published before you have seen it.",
        error_messages={
            "required": "Please choose a file.",
            "empty": "This file is empty. Please choose another one.",
        },
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        return file

    def checked(self) -> Checked:
        file = self.cleaned_data["file"]
        found = check_file(file.read())
        if found.questionnaire is None:
            for finding in found.refused[:20]:
                self.add_error("file", _sentence(finding.text or finding.link_id, finding.reason))
        return found


def _sentence(about: str, reason: str) -> str:
    return f"“{about}”: {reason}" if about else reason

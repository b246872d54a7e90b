"""The form that takes in documents: several at once, or one picture by the phone's camera."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from intake.fhir.attachments import TAKEN
from portal.shared.incoming import AT_ONCE

NOTHING = "Please choose a file first."
TOO_MANY = f"Please hand in up to {AT_ONCE} files at once, and then the others."


class FilesInput(forms.FileInput):
    """Gives a list, also where the browser lets only one be chosen."""

    allow_multiple_selected = True


class FilesField(forms.Field):
    """Whatever came, in order; what the files are is looked at when they are taken."""

    def to_python(self, value: Any) -> list[UploadedFile]:
        return list(value or [])


class HandInForm(forms.Form):
    documents = FilesField(
        label="Files",
        required=False,
        widget=FilesInput(attrs={"accept": ",".join(TAKEN)}),
    )
    camera = FilesField(
        label="Or take a picture",
        required=False,
        widget=FilesInput(
            attrs={"multiple": False, "accept": "image/jpeg", "capture": "environment"}
        ),
    )
    label = forms.CharField(
        label="What is it?",
        required=False,
        max_length=80,
        help_text="So that both of you find it again. If you leave it out, the file’s own name "
        "stands there.",
        error_messages={"max_length": "Please say it in 80 letters or fewer."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.chosen():
            self.add_error("documents", NOTHING)
        elif len(self.chosen()) > AT_ONCE:
            self.add_error("documents", TOO_MANY)
        return cleaned

    def chosen(self) -> list[UploadedFile]:
        return [*self.cleaned_data.get("documents", ()), *self.cleaned_data.get("camera", ())]

    def name_of(self, file: UploadedFile) -> str:
        """What the client calls it; several files of one name are told apart by their number."""
        said, chosen = self.cleaned_data.get("label", ""), self.chosen()
        if not said:
            return file.name or ""
        return f"{said} {chosen.index(file) + 1}" if len(chosen) > 1 else said

"""The form under a consent text. The service says what is missing, all at once."""

from django import forms

from intake.models import ConsentDocument, ConsentKind
from intake.services.consents import Signing, SigningRefused


class SigningForm(forms.Form):
    """Nothing is ticked or filled in beforehand: what stands here was put here to sign."""

    sample_word = forms.CharField(
        label="The word in the sample document",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    typed_name = forms.CharField(
        label="Your name, typed",
        help_text="Your legal name or the name you go by. It is your signature.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    drawn = forms.CharField(
        required=False,
        label="Drawn signature",
        widget=forms.HiddenInput(attrs={"data-strokes": ""}),
    )
    agrees = forms.BooleanField(required=False)

    def __init__(self, *args: object, document: ConsentDocument, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["agrees"].label = document.intent
        if document.kind != ConsentKind.RECORDS:
            del self.fields["sample_word"]

    def signing(self, auth_methods: tuple[str, ...]) -> Signing:
        given = self.cleaned_data
        return Signing(
            typed_name=given.get("typed_name", ""),
            agrees=bool(given.get("agrees")),
            drawn=given.get("drawn", ""),
            sample_word=given.get("sample_word", ""),
            auth_methods=auth_methods,
        )

    def add_problems(self, refused: SigningRefused) -> None:
        for problem in refused.problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(None if field == "drawn" else field, problem.message)

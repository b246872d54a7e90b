"""The forms of a consent: signing, taking back, and the sheet that came in on paper."""

from datetime import date

from django import forms

from intake.models import SignerRole
from intake.services.consents import LONGEST_NAME, Signing, SigningRefused
from intake.services.withdrawing import LONGEST_REASON


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

    def __init__(self, *args: object, intent: str, asks_word: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["agrees"].label = intent
        if not asks_word:
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


class WithdrawForm(forms.Form):
    """Taking a consent back; nobody has to say why."""

    reason = forms.CharField(
        label="Why, if you want to say",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SheetForm(forms.Form):
    """A sheet signed by hand that came in."""

    name = forms.CharField(label="Who signed it", max_length=LONGEST_NAME)
    role = forms.ChoiceField(
        label="Signed as",
        choices=[(SignerRole.CLIENT, "the client"), (SignerRole.GUARDIAN, "parent or guardian")],
    )
    relation = forms.CharField(
        label="Relation to the client",
        required=False,
        max_length=60,
        help_text="For a parent or guardian: mother, father, legal guardian",
    )
    signed_on = forms.DateField(
        label="Day on the sheet", widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=500,
        help_text="Where the sheet is kept, or who brought it",
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today

    def clean_signed_on(self) -> date:
        given: date = self.cleaned_data["signed_on"]
        if given > self.today:
            raise forms.ValidationError("This day is still to come.")
        return given

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("role") == SignerRole.GUARDIAN and not given.get("relation", "").strip():
            self.add_error("relation", "Say what the guardian is to the client.")

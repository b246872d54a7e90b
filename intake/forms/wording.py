"""The form that brings an instrument's wording: lines of text, or a FHIR Questionnaire."""

from typing import Any

from django import forms

from intake.instruments.pack import Pack
from intake.instruments.wording import Wording, WordingProblem, from_fhir, from_lines
from intake.models import WordingSource
from intake.services.instruments import BASIS_LIMIT, DECLARATION, Declaration

FILE_LIMIT = 2_000_000  # bytes; a long questionnaire has some hundred thousand
LINES = {"rows": 8, "spellcheck": "false"}


class WordingForm(forms.Form):
    """The services say what is wrong, all at once; nothing is agreed to beforehand."""

    title = forms.CharField(
        label="What your client reads above the questions",
        help_text="Neutral words, without the name of a diagnosis.",
        required=False,
    )
    stem = forms.CharField(
        label="Introduction",
        help_text="For example the period that the questions are about.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    items = forms.CharField(required=False, widget=forms.Textarea(attrs=LINES))
    answers = forms.CharField(
        label="The answers, one a line", required=False, widget=forms.Textarea(attrs=LINES)
    )
    fhir = forms.CharField(
        label="Or a FHIR Questionnaire (R4)",
        help_text="If something stands here, it is used in place of the lines above. "
        "Every answer needs its points (ordinalValue).",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(label="Or choose its file", required=False)
    basis = forms.CharField(
        label="By what right you may use it",
        help_text="A licence, a permission and its date, or where the owner allows it. "
        "It is kept with the wording.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": BASIS_LIMIT}),
    )
    agrees = forms.BooleanField(label=DECLARATION, required=False)

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack = pack
        self.fields["title"].initial = pack.title
        self.fields["items"].label = f"The {pack.items} items, one a line"
        self.fields["items"].help_text = (
            "Both sides of an item on its line, with | between them."
            if pack.is_bipolar
            else "In their order, with or without numbers."
        )
        self.fields["answers"].help_text = answers_hint(pack)

    def clean_file(self) -> str:
        """Its text, moved into the box, so that a refused form still shows it."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > FILE_LIMIT:
            raise forms.ValidationError("This file is too long for a questionnaire.")
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This file is not text (UTF-8).") from error
        typed: Any = self.data
        self.data = typed.copy()
        self.data[self.add_prefix("fhir")] = text  # type: ignore[index]
        return text

    @property
    def wording_source(self) -> WordingSource:
        return WordingSource.FHIR if self._fhir() else WordingSource.LINES

    def resource(self) -> dict[str, Any]:
        """Raises WordingRefused."""
        if self._fhir():
            return from_fhir(self.pack, self._fhir())
        given = self.cleaned_data
        return from_lines(
            self.pack, Wording(given["title"], given["stem"], given["items"], given["answers"])
        )

    def _fhir(self) -> str:
        return self.cleaned_data.get("file") or self.cleaned_data.get("fhir", "").strip()

    def declaration(self) -> Declaration:
        return Declaration(
            agrees=self.cleaned_data["agrees"], basis=self.cleaned_data["basis"].strip()
        )

    def add_problems(self, problems: list[WordingProblem]) -> None:
        for problem in problems:
            self.add_error(problem.field, problem.message)


def answers_hint(pack: Pack) -> str:
    points = pack.scale.points
    own = "these words of ours stand there" if pack.scale.labels else "the numbers stand there"
    words = f": {', '.join(pack.scale.labels)}" if pack.scale.labels else ""
    return (
        f"{len(points)} lines, from {points[0]} to {points[-1]} points. "
        f"If you leave it empty, {own}{words}."
    )

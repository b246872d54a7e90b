"""The editor of a consent text."""

from typing import Any

from django import forms

from intake.models import ConsentKind
from intake.services.editing import EditingProblem, Wording


class ConsentTextForm(forms.Form):
    """What clients read, and the sentence that they agree to."""

    title = forms.CharField(max_length=200, label="Title")
    kind = forms.ChoiceField(
        choices=ConsentKind,
        label="What it is about",
        help_text="Treatment and fees are two texts with a signature each.",
    )
    intent = forms.CharField(
        max_length=200,
        label="The sentence that clients tick",
        help_text="It says what signing means. The box is empty until they tick it.",
    )
    source = forms.CharField(
        label="Text",
        help_text="Markdown: ## before a heading, - before an item, ** around words in bold. "
        "Blanks such as {{ practice_name }} or {{ price_table }} are filled from your practice.",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        strip=False,
    )
    effective_on = forms.DateField(
        label="In force from",
        help_text="The day that stands on the text. Clients are asked for it once it is published.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def wording(self) -> Wording:
        given: dict[str, Any] = self.cleaned_data
        return Wording(
            title=given["title"],
            kind=given["kind"],
            intent=given["intent"],
            source=given["source"].replace("\r\n", "\n"),
            effective_on=given["effective_on"],
        )

    def add_problem(self, problem: EditingProblem) -> None:
        self.add_error(problem.field, str(problem))

"""Asking a client for a form: which one, how often, from when until when."""

from datetime import date
from typing import Any

from django import forms

from booking.forms_therapist import date_field
from intake.measure_days import Rhythm
from intake.models import LONGEST_WEEKS, Questionnaire
from intake.services import measure_plans

ONCE = ""
WEEKS = (1, 2, 3, 4, 6, 8, 13, 26, LONGEST_WEEKS)
RHYTHMS = [
    (ONCE, "Once"),
    *((weeks, f"Every {weeks} weeks" if weeks > 1 else "Every week") for weeks in WEEKS),
]
PROBLEMS: dict[type[Exception], tuple[str, str]] = {
    measure_plans.NoAccount: ("", "This client has no account here, so no form can be sent."),
    measure_plans.NotOffered: ("slug", "This one can’t be asked for any more. Choose another."),
    measure_plans.AlreadyPlanned: (
        "slug",
        "It comes again for this client already. End that first, or ask for it once.",
    ),
    measure_plans.NothingDue: ("until_on", "There is no day of it left. Choose a later one."),
}


class MeasurePlanForm(forms.Form):
    slug = forms.ChoiceField(label="Which form")
    every_weeks = forms.TypedChoiceField(
        label="How often", choices=RHYTHMS, coerce=int, empty_value=None, required=False
    )
    starts_on = date_field("From", help_text="It opens in the morning; today’s opens at once.")
    until_on = date_field(
        "Until", required=False, help_text="Left blank, it goes on until you end it."
    )

    def __init__(
        self, *args: Any, offered: list[Questionnaire], today: date, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"starts_on": today, "every_weeks": 2}
        super().__init__(*args, **kwargs)
        self.today = today
        chosen = {True: "Instruments", False: "Other questionnaires"}
        self.fields["slug"].choices = [  # type: ignore[attr-defined]
            (label, [(row.slug, measure_plans.name_of(row)) for row in rows])
            for is_instrument, label in chosen.items()
            if (rows := [r for r in offered if measure_plans.is_instrument(r) == is_instrument])
        ]

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if starts_on < self.today:
            raise forms.ValidationError("Choose today or a day to come.")
        return starts_on

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_on, until_on = values.get("starts_on"), values.get("until_on")
        if starts_on and until_on and until_on < starts_on:
            self.add_error("until_on", "The last day must not be before the first one.")
        return values

    def rhythm(self) -> Rhythm:
        given = self.cleaned_data
        weeks = given["every_weeks"]
        return Rhythm(given["starts_on"], weeks, given["until_on"] if weeks else None)

    def add_problem(self, problem: Exception) -> None:
        field, words = PROBLEMS[type(problem)]
        self.add_error(field or None, words)

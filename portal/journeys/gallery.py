"""Every component in every state on one page, so that a change of the look is seen at once."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import public

OPEN_DAYS = frozenset({4, 5, 7, 11, 12, 14, 15, 19, 20, 21, 25, 27, 28, 29})
CHOSEN_DAY = 12
REASONS = (
    ("reached", "We had reached what I came for"),
    ("unheard", "I did not feel understood"),
    ("expected", "I expected something else from it"),
    ("outside", "Money, time or a move"),
)
STATES = (
    ("Held", ""),
    ("Requested", "warn"),
    ("Confirmed", "good"),
    ("Cancelled late", "danger"),
    ("Missed", "danger"),
    ("Completed", ""),
)


class SampleForm(forms.Form):
    name = forms.CharField(label="Your name", help_text="As you would like to be called.")
    email = forms.EmailField(
        label="E-mail", error_messages={"invalid": "Check the address: a part is missing."}
    )
    code = forms.CharField(
        label="Code from the mail",
        error_messages={"required": "Type the code."},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    born_on = forms.DateField(
        label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    zone = forms.ChoiceField(
        label="Your time zone", choices=[("ny", "New York"), ("la", "Los Angeles")], required=False
    )
    ended = forms.ChoiceField(
        label="Why did your last therapy end?", choices=REASONS, widget=forms.RadioSelect
    )
    helped = forms.MultipleChoiceField(
        label="What helped?",
        help_text="As many as you like.",
        choices=[("talk", "Talking it through"), ("body", "Work with the body")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    different = forms.CharField(
        label="What should be different this time?",
        help_text="A few words or many. Only your therapist reads this.",
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    agrees = forms.BooleanField(
        label="I have read this and I agree.",
        error_messages={"required": "Tick this when you have read it."},
    )


@dataclass(frozen=True)
class Day:
    number: int
    is_open: bool
    is_chosen: bool
    label: str


def _weeks(year: int, month: int) -> list[list[Day | None]]:
    grid = calendar.Calendar(firstweekday=6).monthdayscalendar(year, month)
    return [[_day(date(year, month, n)) if n else None for n in week] for week in grid]


def _day(day: date) -> Day:
    return Day(
        number=day.day,
        is_open=day.day in OPEN_DAYS,
        is_chosen=day.day == CHOSEN_DAY,
        label=f"{day:%A, %B} {day.day}",
    )


def _pairs(**values: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(label=label, value=value) for label, value in values.items()]


def _samples() -> dict[str, Any]:
    wrong = SampleForm({"name": "Ada Example", "email": "ada@example", "ended": "unheard"})
    return {
        "form": SampleForm(auto_id="empty_%s"),
        "wrong_form": wrong,
        "weeks": _weeks(2027, 1),
        "morning": ["9:00 am", "9:30 am", "10:30 am"],
        "afternoon": ["1:00 pm", "2:30 pm", "4:00 pm"],
        "states": STATES,
        "reasons": REASONS,
        "pairs": _pairs(Name="Ada Example", Phone="", Address="20 Example Street, New York"),
        "facts": _pairs(Length="20 minutes", Fee="None"),
        "until": datetime(2027, 1, 4, 15, 0, tzinfo=UTC),
        "page": Paginator(range(90), 30).page(2),
        "tabs": [
            SimpleNamespace(label="Intake", url="#tabs", current=True, count=2),
            SimpleNamespace(label="Appointments", url="#appointments", current=False),
            SimpleNamespace(label="Documents", url="#documents", current=False),
        ],
    }


@public
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery.html", _samples())

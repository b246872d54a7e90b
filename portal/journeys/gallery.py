"""Every component in every state on one page, so that a change of the look is seen at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import public
from booking import calendar_page
from booking.month import Month
from booking.views.calendar_request import PlaceChoice
from booking.views.visitor import zone_options
from portal.shared.models import BackgroundWork, WorkState
from portal.shared.word_differences import pieces, words_of

CLOCKS = calendar_page.Clocks(ZoneInfo("America/Los_Angeles"), ZoneInfo("America/New_York"))
BEFORE = "You can cancel free of charge until 24 hours before the session."
AFTER = "You can cancel or move free of charge until 48 hours before the session."
OPEN_DAYS = (4, 5, 7, 11, 12, 14, 15, 19, 20, 21, 25, 27, 28, 29)
OPEN_CLOCKS = ((9, 0), (9, 30), (10, 30), (13, 0), (14, 30), (16, 0))
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


def _open_times() -> Iterator[SimpleNamespace]:
    for day in OPEN_DAYS:
        for hour, minute in OPEN_CLOCKS:
            starts_at = datetime(2027, 1, day, hour, minute, tzinfo=CLOCKS.visitor)
            yield SimpleNamespace(starts_at=starts_at)


def _calendar() -> dict[str, Any]:
    """What the calendar's template asks for; its links stay on the page."""
    page = calendar_page.build(
        list(_open_times()),
        month=Month(2027, 1),
        wanted=date(2027, 1, 12),
        clocks=CLOCKS,
        now=datetime(2027, 1, 3, 20, 0, tzinfo=UTC),
        last_day=date(2027, 3, 1),
    )
    return {
        "page": page,
        "place": "telehealth",
        "places": [
            PlaceChoice("telehealth", "Video", True),
            PlaceChoice("office", "Office", False),
        ],
        "zone": CLOCKS.visitor.key,
        "zone_options": zone_options(CLOCKS.visitor.key),
        "calendar_url": "#g-booking",
        "action": "#g-booking",
        "method": "get",
        "verb": "Hold",
        "kept_minutes": 15,
    }


def _facts(**values: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(label=label, value=value) for label, value in values.items()]


def _works() -> Iterator[BackgroundWork]:
    """One that is half made, one that has trouble, one that is ready."""
    yield BackgroundWork(state=WorkState.RUNNING, steps_done=3, steps=8)
    yield BackgroundWork(state=WorkState.TROUBLED)
    yield BackgroundWork(
        state=WorkState.DONE,
        file_name="blank-packet.pdf",
        size=184_320,
        expires_at=datetime(2027, 1, 18, 15, 0, tzinfo=UTC),
    )


def _samples() -> dict[str, Any]:
    wrong = SampleForm({"name": "Ada Example", "email": "ada@example", "ended": "unheard"})
    return {
        "form": SampleForm(auto_id="empty_%s"),
        "wrong_form": wrong,
        **_calendar(),
        "states": STATES,
        "facts": _facts(Length="20 minutes", Fee="None"),
        "until": datetime(2027, 1, 4, 15, 0, tzinfo=UTC),
        "second_page": Paginator(range(90), 30).page(2),
        "works": list(_works()),
        "pieces": list(pieces(words_of(BEFORE), words_of(AFTER))),
        "tabs": [
            SimpleNamespace(label="Intake", url="#tabs", current=True, count=2),
            SimpleNamespace(label="Appointments", url="#appointments", current=False),
            SimpleNamespace(label="Documents", url="#documents", current=False),
        ],
    }


@public
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery.html", _samples())

"""Every setting of a kind of session, and of all of them together, in plain words.

Limits stand on the fields, so that each message stands next to what has to change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from booking.forms_therapist import date_field, time_field
from booking.models import (
    GRIDS,
    LONGEST_HORIZON_DAYS,
    Audience,
    Booking,
    Practitioner,
    SessionType,
)
from portal.shared.money_field import AmountField

LONGEST_NOTICE_HOURS = 24 * 60
AUDIENCES = [
    (Audience.EVERYONE, "Everyone"),
    (Audience.NEW, "New clients only: people who never had an appointment with you"),
    (Audience.EXISTING, "Existing clients only: they sign in to see the times"),
]
WAYS_TO_BOOK = [
    (Booking.INSTANT, "At once: the time is booked as soon as they confirm it"),
    (Booking.REQUEST, "By request: the time is kept for them until you approve or decline"),
]


def number(label: str, *, low: int, high: int, unit: str = "", **options: Any) -> forms.Field:
    """A whole number with its limits; the unit stands in the label."""
    shown = f"{label}, in {unit}" if unit else label
    return forms.IntegerField(label=shown, min_value=low, max_value=high, **options)


@dataclass(frozen=True)
class Group:
    """Fields that are decided together, under one heading."""

    title: str
    hint: str
    names: tuple[str, ...]


GROUPS = (
    Group("What clients read", "", ("name", "summary", "is_consult")),
    Group(
        "Length and fee",
        "Pauses are kept free around the session; clients don’t see them.",
        ("minutes", "price_cents", "buffer_before_minutes", "buffer_after_minutes"),
    ),
    Group("How you meet", "", ("by_telehealth", "at_office")),
    Group("Which times are offered", "", ("grid_minutes", "is_packed")),
    Group(
        "How soon",
        "Nobody can book later than this. Where both are set, the later moment counts.",
        ("notice_hours", "notice_days", "notice_clock"),
    ),
    Group(
        "How far ahead",
        "Where more than one is set, all of them have to be met.",
        ("horizon_days", "open_from", "open_until"),
    ),
    Group("How many of this kind", "", ("daily_cap", "weekly_cap")),
    Group("Who may book, and how", "", ("audience", "booking", "once_per_client")),
    Group("If plans change", "", ("cancel_hours", "late_fee_cents")),
)


class SessionTypeForm(forms.ModelForm):
    name = forms.CharField(label="Name", max_length=80, help_text="Such as “EMDR session”.")
    summary = forms.CharField(
        label="In one or two sentences",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it is for, and what happens in it.",
    )
    is_consult = forms.BooleanField(
        label="This is the first conversation",
        required=False,
        help_text="Your home page invites new people to it.",
    )
    minutes = number("Length", unit="minutes", low=5, high=480)
    price_cents = AmountField(label="Fee", max_length=20, help_text="In dollars; 0 is free.")
    buffer_before_minutes = number("Pause before", unit="minutes", low=0, high=240)
    buffer_after_minutes = number("Pause after", unit="minutes", low=0, high=240)
    by_telehealth = forms.BooleanField(label="By video", required=False)
    at_office = forms.BooleanField(label="At the office", required=False)
    grid_minutes = forms.TypedChoiceField(
        label="Sessions may begin",
        coerce=int,
        choices=[
            (60, "every hour, on the hour")
            if minutes == 60
            else (minutes, f"every {minutes} minutes")
            for minutes in GRIDS
        ],
    )
    is_packed = forms.BooleanField(
        label="Keep the day together",
        required=False,
        help_text="Offers times right before and after what is booked, and none that would "
        "leave a gap too short for any session.",
    )
    notice_hours = number(
        "At least this long before", unit="hours", low=0, high=LONGEST_NOTICE_HOURS
    )
    notice_days = number(
        "And not before this day after booking",
        low=0,
        high=LONGEST_HORIZON_DAYS,
        help_text="1 is the next day, 2 the day after. 0: no such rule.",
    )
    notice_clock = time_field(
        "From this time on that day", required=False, help_text="Empty: from its first hour."
    )
    horizon_days = number(
        "Up to so many days from today",
        low=1,
        high=LONGEST_HORIZON_DAYS,
    )
    open_from = date_field(
        "Not before this date", required=False, help_text="Empty: no first date."
    )
    open_until = date_field("Not after this date", required=False, help_text="Empty: no last date.")
    daily_cap = number(
        "At most a day", low=1, high=48, required=False, help_text="Empty: no limit."
    )
    weekly_cap = number(
        "At most a week",
        low=1,
        high=200,
        required=False,
        help_text="Monday to Sunday. Empty: no limit.",
    )
    audience = forms.ChoiceField(
        label="Who may book it", choices=AUDIENCES, widget=forms.RadioSelect
    )
    booking = forms.ChoiceField(
        label="How it is booked", choices=WAYS_TO_BOOK, widget=forms.RadioSelect
    )
    once_per_client = forms.BooleanField(
        label="Once per person", required=False, help_text="Whoever had one can’t book another."
    )
    cancel_hours = number(
        "Free to move or cancel until so long before", unit="hours", low=0, high=720
    )
    late_fee_cents = AmountField(
        label="Fee after that",
        max_length=20,
        help_text="In dollars; 0 is none. It is proposed to billing, never charged by itself.",
    )

    class Meta:
        model = SessionType
        fields = tuple(name for group in GROUPS for name in group.names)

    def groups(self) -> Iterator[tuple[Group, list[forms.BoundField]]]:
        """The fields as the page shows them."""
        for group in GROUPS:
            yield group, [self[name] for name in group.names]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("by_telehealth") and not values.get("at_office"):
            self.add_error("by_telehealth", "Choose at least one way to meet.")
        if values.get("notice_clock") and values.get("notice_days") == 0:
            self.add_error("notice_days", "On which day? 1 is the day after booking.")
        first, last = values.get("open_from"), values.get("open_until")
        if first and last and last < first:
            self.add_error("open_until", "The last date must not be before the first.")
        daily, weekly = values.get("daily_cap"), values.get("weekly_cap")
        if daily and weekly and weekly < daily:
            self.add_error("weekly_cap", "A week can’t hold fewer than one of its days.")
        return values


class LimitsForm(forms.ModelForm):
    daily_cap = number(
        "Sessions a day, of every kind together",
        low=1,
        high=48,
        required=False,
        help_text="Empty: no limit.",
    )
    weekly_cap = number(
        "Sessions a week, of every kind together",
        low=1,
        high=200,
        required=False,
        help_text="Monday to Sunday. Empty: no limit.",
    )
    travel_minutes = number(
        "Between a session by video and one at the office",
        unit="minutes",
        low=0,
        high=240,
        help_text="Kept free for the way from one to the other. 0: you do both in one room.",
    )

    class Meta:
        model = Practitioner
        fields = ("daily_cap", "weekly_cap", "travel_minutes")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        daily, weekly = values.get("daily_cap"), values.get("weekly_cap")
        if daily and weekly and weekly < daily:
            self.add_error("weekly_cap", "A week can’t hold fewer than one of its days.")
        return values

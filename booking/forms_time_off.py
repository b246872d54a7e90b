"""Time off and extra time: whole days, one stretch, or the same hours on each of several days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.db import models

from booking.forms_therapist import ANY_PLACE, WallClockForm, date_field, time_field
from booking.models import ExceptionKind
from booking.wall_clock import day_start

MOST_DAYS = 62
Span = tuple[datetime, datetime]


class How(models.TextChoices):
    """What several days and two times mean together."""

    WHOLE_DAYS = "whole", "Whole days"
    EACH_DAY = "daily", "The same hours on each day"
    STRETCH = "stretch", "Without a break, from an hour of the first day to one of the last"


class TimeForm(WallClockForm):
    """Several days close in one of three ways; time is only ever opened by hours on each day."""

    how = forms.ChoiceField(label="What to close", choices=How.choices, widget=forms.RadioSelect)
    first_on = date_field("First day")
    last_on = date_field("Last day", required=False, help_text="Empty: one day only.")
    first_at = time_field("From", required=False)
    last_at = time_field("Until", required=False)
    place = forms.ChoiceField(label="Way to meet", choices=ANY_PLACE, required=False)
    note = forms.CharField(
        label="Note",
        help_text="For you alone; clients never see it.",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, kind: ExceptionKind, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["place" if kind == ExceptionKind.CLOSED else "how"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_on"), values.get("last_on") or values.get("first_on")
        if first is None or last is None or self.errors:
            return values
        if last < first:
            self.add_error("last_on", "The last day must not be before the first.")
            return values
        return values | {"spans": self._spans(values, first, last)}

    def _spans(self, values: dict[str, Any], first: date, last: date) -> list[Span]:
        how = values.get("how", How.EACH_DAY)
        if how == How.WHOLE_DAYS:
            return [(self._midnight(first), self._midnight(last + timedelta(days=1)))]
        if not self._has_times(values):
            return []
        if how == How.STRETCH:
            return self._span(values, first, last)
        if (last - first).days >= MOST_DAYS:
            self.add_error("last_on", f"At most {MOST_DAYS} days at once.")
            return []
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        found: list[Span] = []
        for day in days:
            if not self.errors:
                found += self._span(values, day, day)
        return found

    def _span(self, values: dict[str, Any], first: date, last: date) -> list[Span]:
        starts = self.moment(first, values["first_at"], "first_at")
        ends = self.moment(last, values["last_at"], "last_at")
        if starts is None or ends is None:
            return []
        if ends <= starts:
            self.add_error("last_at", "The end must be after the start.")
            return []
        return [(starts, ends)]

    def _has_times(self, values: dict[str, Any]) -> bool:
        for name in ("first_at", "last_at"):
            if values.get(name) is None:
                self.add_error(name, "Give a time.")
        return not self.errors

    def _midnight(self, day: date) -> datetime:
        return datetime.fromtimestamp(day_start(self.zone, day), UTC)

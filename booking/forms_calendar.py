"""What a drag over the calendar hands in: wall-clock times of the practice."""

from datetime import datetime
from typing import Any

from django import forms

from booking.calendar_years import check_year
from booking.forms_therapist import WallClockForm
from booking.models import ExceptionKind, Place


class DraggedForm(WallClockForm):
    """Its errors are said in one place: there is no field to stand beside."""

    @property
    def reasons(self) -> list[str]:
        """Each once, in the order of the fields."""
        found = (str(text) for errors in self.errors.values() for text in errors)
        return list(dict.fromkeys(found))

    def at(self, moment: datetime | None, field: str) -> datetime | None:
        """The instant of a wall-clock time."""
        return self.moment(moment.date(), moment.time(), field) if moment else None


class NaiveMoment(forms.Field):
    """`2027-01-04T10:00`, as it stands on the wall."""

    default_error_messages = {"invalid": "This is not a time of the calendar."}

    def clean(self, value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise forms.ValidationError(self.default_error_messages["invalid"]) from error
        check_year(moment)
        return moment.replace(tzinfo=None, second=0, microsecond=0)


class MovedForm(DraggedForm):
    """Where an appointment was dropped; `place` empty: as it is met now."""

    start = NaiveMoment()
    place = forms.ChoiceField(choices=[("", ""), *Place.choices], required=False)
    open_time = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        return values | {"starts_at": self.at(values.get("start"), "start")}


class SpanForm(DraggedForm):
    """A stretch of time that was drawn, moved or made longer."""

    start = NaiveMoment()
    end = NaiveMoment()
    kind = forms.ChoiceField(choices=[("", ""), *ExceptionKind.choices], required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts = self.at(values.get("start"), "start")
        ends = self.at(values.get("end"), "end")
        if starts and ends and ends <= starts:
            self.add_error("end", "The end must be after the start.")
        return values | {"starts_at": starts, "ends_at": ends}

"""Forms of the therapist's calendar. Dates and times are wall-clock in the practice's zone."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import Client
from booking.calendar_years import check_year
from booking.models import ExceptionKind, Place, Practitioner, SessionType
from booking.wall_clock import NoSuchTime, moment_of

ANY_PLACE = [("", "Either way"), *Place.choices]


def date_field(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[check_year],
        **options,
    )


def time_field(label: str, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **options)


class WallClockForm(forms.Form):
    """Puts a date and a time of the practice's clock together, and says when there is no such."""

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = zone

    def moment(self, day: date | None, clock: time | None, field: str) -> datetime | None:
        if day is None or clock is None:
            return None
        try:
            return moment_of(self.zone, day, clock)
        except NoSuchTime:
            self.add_error(field, "The clocks go forward in this hour. Choose another time.")
            return None


class TimeOffForm(WallClockForm):
    """Closes time, or opens it when `kind` is extra."""

    first_on = date_field("From")
    first_at = time_field("at")
    last_on = date_field("Until")
    last_at = time_field("at")
    place = forms.ChoiceField(label="Way to meet", choices=ANY_PLACE, required=False)
    note = forms.CharField(
        label="Note",
        help_text="For you alone; clients never see it.",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, kind: ExceptionKind, **options: Any) -> None:
        super().__init__(*args, **options)
        if kind == ExceptionKind.CLOSED:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts = self.moment(values.get("first_on"), values.get("first_at"), "first_at")
        ends = self.moment(values.get("last_on"), values.get("last_at"), "last_at")
        if starts and ends and ends <= starts:
            self.add_error("last_on", "The end must be after the start.")
        return values | {"starts_at": starts, "ends_at": ends}


class PlacingForm(WallClockForm):
    """A time and a way to meet for one appointment."""

    on = date_field("Day")
    at = time_field("Time")
    place = forms.ChoiceField(label="Way to meet", choices=Place.choices)
    open_time = forms.BooleanField(
        label="This may be outside my hours",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        return values | {"starts_at": self.moment(values.get("on"), values.get("at"), "at")}


class ClientChoice(forms.ModelChoiceField):
    def label_from_instance(self, client: Client) -> str:
        return f"{client.display_name} ({client.email or 'no e-mail'})"


class BookForClientForm(PlacingForm):
    client = ClientChoice(
        queryset=Client.objects.none(), label="Client", empty_label="Choose a client"
    )
    session_type = forms.ModelChoiceField(
        queryset=SessionType.objects.none(),
        label="Session",
        to_field_name="slug",
        empty_label="Choose a kind of session",
    )
    field_order = ("client", "session_type", "on", "at", "place", "open_time")

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["client"].queryset = Client.objects.select_related("user")  # type: ignore[attr-defined]
        self.fields["session_type"].queryset = practitioner.session_types.filter(is_active=True)  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="A line for the record",
        help_text="Stays in the chart; it is not sent to the client.",
        max_length=300,
        required=False,
    )


class DeclineForm(forms.Form):
    message = forms.CharField(
        label="A few kind words",
        help_text="Only the client reads them, after signing in. The mail just says that there "
        "is an answer.",
        initial="Thank you for asking. I am sorry, this time does not work out. "
        "Please choose another one; I would like to find a time with you.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

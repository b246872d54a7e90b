"""Looking among past safety alerts, and who is written to about open ones."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms

from accounts.models import Client, Practice, User
from booking.forms_therapist import date_field
from booking.wall_clock import day_start
from intake.models import AlertKind
from intake.models.safety import SafetyAlertQuerySet

WAITS = (5, 10, 15, 30, 60, 120, 240)


def minutes_in_words(minutes: int) -> str:
    """`30 minutes`, `2 hours`."""
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return f"{minutes} minutes"
    return f"{hours} hour{'' if hours == 1 else 's'}"


class AlertMailsForm(forms.Form):
    minutes = forms.TypedChoiceField(label="Write again after", coerce=int)
    backup_email = forms.EmailField(
        label="Who else",
        required=False,
        help_text="Someone of the practice who can see to it that you are reached.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "minutes": practice.alert_minutes,
            "backup_email": practice.alert_backup_email,
        }
        super().__init__(*args, **kwargs)
        offered = sorted({*WAITS, practice.alert_minutes})
        self.fields["minutes"].choices = [(each, minutes_in_words(each)) for each in offered]  # type: ignore[attr-defined]


class PastAlertsForm(forms.Form):
    """All of it may be left out."""

    client = forms.ChoiceField(label="Client", required=False)
    kind = forms.ChoiceField(
        label="About", required=False, choices=[("", "Anything"), *AlertKind.choices]
    )
    first_on = date_field("Raised from", required=False)
    last_on = date_field("until", required=False)

    def __init__(self, *args: Any, therapist: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = Client.objects.filter(safety_alerts__practitioner__user=therapist).distinct()
        names = sorted((one.display_name, str(one.public_id)) for one in clients)
        self.fields["client"].choices = [  # type: ignore[attr-defined]
            ("", "Everybody"),
            *((public_id, name) for name, public_id in names),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first_on, last_on = values.get("first_on"), values.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", "The last day must not be before the first one.")
        return values

    def narrow(self, alerts: SafetyAlertQuerySet) -> SafetyAlertQuerySet:
        """Those that fit; all of them as long as nothing was asked for."""
        if not self.is_valid():
            return alerts
        given = self.cleaned_data
        if given["client"]:
            alerts = alerts.filter(client__public_id=given["client"])
        if given["kind"]:
            alerts = alerts.filter(kind=given["kind"])
        if given["first_on"]:
            alerts = alerts.filter(raised_at__gte=_begin(given["first_on"]))
        if given["last_on"]:
            alerts = alerts.filter(raised_at__lt=_begin(given["last_on"] + timedelta(days=1)))
        return alerts


def _begin(day: date) -> datetime:
    """The first moment of a day of the practice."""
    return datetime.fromtimestamp(day_start(Practice.get().zone, day), UTC)

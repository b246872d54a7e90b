"""When reminders go out, and when nothing does."""

from typing import Any

from django import forms

from accounts.models import Practice
from booking.forms_therapist import time_field

USUAL_HOURS = (168, 72, 48, 24, 12, 6, 3, 2, 1)
USUAL_INTAKE_HOURS = (168, 120, 72, 48, 24, 12)
MOST = 4


def hours_in_words(hours: int) -> str:
    """`2 days before`, `3 hours before`."""
    days, rest = divmod(hours, 24)
    if rest or not days:
        return f"{hours} hour{'' if hours == 1 else 's'} before"
    if days % 7 == 0:
        return f"{days // 7} week{'' if days == 7 else 's'} before"
    return f"{days} day{'' if days == 1 else 's'} before"


class ReminderHoursForm(forms.Form):
    hours = forms.TypedMultipleChoiceField(
        label="Remind clients",
        help_text="Only those who ticked it in their details. No box ticked: no reminders.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    intake_hours = forms.TypedMultipleChoiceField(
        label="Remind clients of an intake that is not finished",
        help_text="By e-mail, only those who ticked reminders and still have something to do. "
        "No box ticked: none.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = time_field("Quiet from")
    quiet_until = time_field("Quiet until")

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "hours": practice.reminder_hours,
            "intake_hours": practice.intake_reminder_hours,
            "quiet_from": practice.quiet_from,
            "quiet_until": practice.quiet_until,
        }
        super().__init__(*args, **kwargs)
        self._offer("hours", [*USUAL_HOURS, *practice.reminder_hours])
        self._offer("intake_hours", [*USUAL_INTAKE_HOURS, *practice.intake_reminder_hours])

    def _offer(self, name: str, hours: list[int]) -> None:
        offered = sorted(set(hours), reverse=True)
        self.fields[name].choices = [(each, hours_in_words(each)) for each in offered]  # type: ignore[attr-defined]

    def clean_hours(self) -> list[int]:
        return self._few("hours")

    def clean_intake_hours(self) -> list[int]:
        return self._few("intake_hours")

    def _few(self, name: str) -> list[int]:
        hours: list[int] = self.cleaned_data[name]
        if len(hours) > MOST:
            raise forms.ValidationError(f"Choose at most {MOST}: more would be a nuisance.")
        return hours

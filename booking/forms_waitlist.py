"""What somebody who waits for a time would take."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from booking.calendar_years import check_year
from booking.forms_therapist import ANY_PLACE
from booking.models import PartOfDay, SessionType, Weekday
from booking.wishes import Wishes


class WishesForm(forms.Form):
    """`wishes` holds what was chosen once the form is valid; what is left open does not matter."""

    place = forms.ChoiceField(
        label="How we meet", choices=ANY_PLACE, required=False, widget=forms.RadioSelect
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Days that would work",
        help_text="Tick none if any day would.",
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parts = forms.MultipleChoiceField(
        label="Times of day that would work",
        help_text="Tick none if any would.",
        choices=PartOfDay.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until_on = forms.DateField(
        label="The last day that would help",
        help_text="Leave it empty to wait until something fits.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[check_year],
        error_messages={"invalid": "Give a date such as 2027-05-31, or leave it empty."},
    )

    def __init__(
        self, *args: Any, session_type: SessionType, today: date, wishes: Wishes, **options: Any
    ) -> None:
        options["initial"] = {
            "place": wishes.place,
            "weekdays": list(wishes.weekdays),
            "parts": list(wishes.parts),
            "until_on": wishes.until_on,
        }
        super().__init__(*args, **options)
        self.today = today
        if len(session_type.places) < 2:
            del self.fields["place"]

    def clean_until_on(self) -> date | None:
        day: date | None = self.cleaned_data["until_on"]
        if day and day < self.today:
            raise ValidationError("Choose today or a later day, or leave it empty.")
        return day

    @property
    def wishes(self) -> Wishes:
        given = self.cleaned_data
        return Wishes(
            place=given.get("place", ""),
            weekdays=given["weekdays"],
            parts=given["parts"],
            until_on=given["until_on"],
        )

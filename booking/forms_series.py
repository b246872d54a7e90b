"""Forms for sessions that repeat. Dates and times are wall-clock in the practice's zone."""

from typing import Any

from django import forms

from accounts.models import Client
from booking import forms_therapist
from booking.forms import CancelForm
from booking.forms_therapist import ClientChoice, date_field, time_field
from booking.models import Place, Practitioner, SessionType
from booking.services.series_changes import Scope

WEEKS = [(1, "Every week"), (2, "Every other week")]
SCOPES = {
    Scope.THIS: "This appointment alone",
    Scope.FOLLOWING: "This one and all that follow",
    Scope.ALL: "All that are still to come",
}


class SeriesForm(forms.Form):
    client = ClientChoice(
        queryset=Client.objects.none(), label="Client", empty_label="Choose a client"
    )
    session_type = forms.ModelChoiceField(
        queryset=SessionType.objects.none(),
        label="Session",
        to_field_name="slug",
        empty_label="Choose a kind of session",
    )
    first_on = date_field("First day")
    starts = time_field("Time")
    every_weeks = forms.TypedChoiceField(label="How often", choices=WEEKS, coerce=int)
    count = forms.IntegerField(
        label="How many sessions", help_text="2 to 52.", min_value=2, max_value=52, initial=10
    )
    place = forms.ChoiceField(label="Way to meet", choices=Place.choices)

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        types = practitioner.session_types.filter(is_active=True).select_related("practitioner")
        self.fields["client"].queryset = Client.objects.select_related("user")  # type: ignore[attr-defined]
        self.fields["session_type"].queryset = types  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        session_type, place = values.get("session_type"), values.get("place")
        if session_type and place and place not in session_type.places:
            self.add_error("place", "This kind of session is not offered in this way to meet.")
        return values


class ScopeForm(forms.Form):
    """Which of a series a change is meant for."""

    scope = forms.ChoiceField(
        label="Which appointments?",
        choices=[(scope.value, words) for scope, words in SCOPES.items()],
        initial=Scope.FOLLOWING.value,
        widget=forms.RadioSelect,
    )
    field_order: tuple[str, ...] = ("scope",)

    @property
    def chosen(self) -> Scope:
        """After `is_valid`."""
        return Scope(self.cleaned_data["scope"])


class SeriesCancelForm(ScopeForm, forms_therapist.CancelForm):
    pass


class SeriesMoveForm(ScopeForm):
    on = date_field("New day of this one")
    at = time_field("New time")
    place = forms.ChoiceField(label="Way to meet", choices=Place.choices)
    field_order = ("on", "at", "place", "scope")


class OwnSeriesCancelForm(ScopeForm, CancelForm):
    """A client's; one appointment alone has its own page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = [(value, words) for value, words in self.fields["scope"].choices if value != "this"]  # type: ignore[attr-defined]
        self.fields["scope"].choices = kept  # type: ignore[attr-defined]

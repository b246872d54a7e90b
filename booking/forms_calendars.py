"""Forms of the pages that connect calendars."""

from collections.abc import Sequence
from typing import Any

from django import forms

from booking.caldav import FoundCalendar
from booking.calendar_words import Service

NONE = ""
TITLES = (
    ("", "“Appointment”, nothing else"),
    ("initials", "“Appointment” and the client’s initials"),
)
TITLES_HELP = "Calendar programs and their services keep what they get. Never a name, never a link."


def app_password() -> forms.CharField:
    # Not remembered by the browser: it opens another account than the one of this page.
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(
        label="App password",
        help_text="Kept encrypted, and used for nothing but this calendar.",
        max_length=200,
        widget=widget,
        strip=True,
    )


def titles() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="What the events are called",
        help_text=TITLES_HELP,
        choices=TITLES,
        widget=forms.RadioSelect,
        required=False,
    )


class ConnectForm(forms.Form):
    server_url = forms.URLField(
        label="Server address",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    username = forms.CharField(
        label="User name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = app_password()

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["server_url"].initial = service.server
        self.fields["username"].help_text = service.username


class ChooseForm(forms.Form):
    push_to = forms.ChoiceField(
        label="Put appointments into",
        widget=forms.RadioSelect,
        required=False,
    )
    pull_from = forms.MultipleChoiceField(
        label="Keep these busy times free of appointments",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    titles = titles()

    def __init__(self, *args: Any, calendars: Sequence[FoundCalendar], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(one.url, one.name) for one in calendars]
        self.fields["push_to"].choices = [*choices, (NONE, "None of them")]  # type: ignore[attr-defined]
        self.fields["pull_from"].choices = choices  # type: ignore[attr-defined]
        self.fields["push_to"].initial = choices[0][0] if choices else NONE
        self.fields["pull_from"].initial = [url for url, _ in choices]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("push_to") and not values.get("pull_from"):
            self.add_error("pull_from", "Choose at least one calendar, for one way or the other.")
        return values


class ChangeForm(forms.Form):
    pushes = forms.BooleanField(label="Put appointments into it", required=False)
    pulls = forms.BooleanField(label="Keep its busy times free of appointments", required=False)
    titles = titles()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("pushes") and not values.get("pulls"):
            self.add_error("pulls", "Keep at least one way, or disconnect the calendar.")
        return values


class PasswordForm(forms.Form):
    password = app_password()


class EndForm(forms.Form):
    remove = forms.BooleanField(
        label="Take the appointments out of that calendar too",
        required=False,
        initial=True,
    )


class FeedForm(forms.Form):
    titles = titles()

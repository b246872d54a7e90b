"""Who a client is and how they may be reached."""

import re
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Voicemail
from accounts.phone import NotUsNumber, to_e164
from accounts.services.clients import ClientDetails
from accounts.services.reminder_choice import texts_offered
from accounts.us_states import NAMES
from portal.shared.clock import utc_now

OLDEST = date(1900, 1, 1)
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Unicode's embeddings, overrides and isolates; a script's own direction needs none of them."""
PHONE_DIGITS = range(7, 16)  # ITU-T E.164 allows 15 at most


def check_phone(value: str) -> None:
    digits = re.sub(r"\D", "", value)
    if not re.fullmatch(r"[\d\s()+./x-]+", value) or len(digits) not in PHONE_DIGITS:
        raise ValidationError("Type a phone number with its area code, such as 212 555 0100.")


class OneLine(forms.CharField):
    """A name in any script, without signs that would turn the words around it the other way."""

    def to_python(self, value: Any) -> str:
        typed = value.translate(TURNING) if isinstance(value, str) else value
        return str(super().to_python(typed))


def _text(label: str, autocomplete: str = "off", **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return OneLine(label=label, max_length=120, widget=widget, **options)


def _phone(label: str, autocomplete: str = "off", **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": autocomplete})
    return forms.CharField(
        label=label, max_length=40, widget=widget, validators=[check_phone], **options
    )


class ClientDetailsForm(forms.Form):
    """`details` holds what was typed once the form is valid."""

    legal_name = _text(
        "Your legal name",
        "name",
        help_text="As on your ID. It stands on documents such as receipts.",
        error_messages={"required": "Type your legal name."},
    )
    chosen_name = _text(
        "The name you go by",
        "nickname",
        help_text="If it differs. We use it whenever we speak or write to you.",
        required=False,
    )
    pronouns = _text("Your pronouns", required=False)
    birth_date = forms.DateField(
        label="Your date of birth",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Give your date of birth.",
            "invalid": "Give a date such as 1990-05-31.",
        },
    )
    phone = _phone(
        "Your phone number",
        "tel",
        help_text="In case we need to reach you about an appointment.",
        error_messages={"required": "Type a phone number that reaches you."},
    )
    voicemail = forms.ChoiceField(
        label="If you don’t pick up, we may leave on your voicemail",
        choices=Voicemail.choices,
        initial=Voicemail.CALL_BACK,
        widget=forms.RadioSelect,
    )
    state = forms.ChoiceField(
        label="The state you will be in during sessions",
        choices=[("", "Choose a state"), *NAMES],
        help_text="A therapist may only work with you where they hold a license.",
        error_messages={"required": "Choose the state you will be in."},
    )
    address = forms.CharField(
        label="Your address",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    emergency_name = _text("Their name", required=False)
    emergency_relation = _text(
        "How they are related to you", help_text="Such as partner, sister, friend.", required=False
    )
    emergency_phone = _phone("Their phone number", required=False)
    reminders_by_mail = forms.BooleanField(
        label="Remind me by e-mail",
        help_text="It names the day and the time, never what the appointment is about.",
        required=False,
    )
    reminders_by_sms = forms.BooleanField(
        label="Remind me by text message",
        help_text="A few texts for each appointment, to your number above. Message and data "
        "rates may apply. Reply STOP to end them, HELP for help; if you sent STOP before, text "
        "START to the same number first. They name the day and the time, never what the "
        "appointment is about. Texts are not encrypted.",
        required=False,
    )

    def __init__(self, *args: Any, details: ClientDetails | None = None, **kwargs: Any) -> None:
        if details is not None:
            kwargs["initial"] = {**asdict(details), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.texts_before = bool(details and details.reminders_by_sms)
        if not texts_offered():
            del self.fields["reminders_by_sms"]

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        # A day's slack: where the person is, it may be tomorrow already.
        if not OLDEST <= born <= utc_now().date() + timedelta(days=1):
            raise ValidationError("Check the year: this date can’t be a date of birth.")
        return born

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        contact = {name: cleaned.get(f"emergency_{name}") for name in ("name", "phone")}
        if any(contact.values()) and not all(contact.values()) and not self._contact_errors():
            missing = "phone" if contact["name"] else "name"
            self.add_error(f"emergency_{missing}", f"Give their {MISSING[missing]} too.")
        if cleaned.get("reminders_by_sms") and cleaned.get("phone"):
            self._check_can_be_texted(cleaned["phone"])
        return cleaned

    def _check_can_be_texted(self, phone: str) -> None:
        try:
            to_e164(phone)
        except NotUsNumber:
            self.add_error(
                "reminders_by_sms",
                "We can text only a US number with its area code, such as 212 555 0100. "
                "Change the number above, or leave this box unticked.",
            )

    def _contact_errors(self) -> bool:
        return "emergency_phone" in self.errors or "emergency_name" in self.errors

    @property
    def details(self) -> ClientDetails:
        return ClientDetails(**{"reminders_by_sms": self.texts_before, **self.cleaned_data})


MISSING = {"phone": "phone number", "name": "name"}

"""What people enter about money: an acknowledgement, an amount, a reason."""

from typing import Any
from uuid import uuid4

from django import forms

from billing import card_notice
from billing.models import PaymentMethod
from portal.shared.money import format_usd
from portal.shared.money_field import AmountField


class CardNoticeForm(forms.Form):
    """Never ticked beforehand; the version says which words were on the page."""

    acknowledged = forms.BooleanField(
        label=card_notice.ACKNOWLEDGEMENT,
        error_messages={"required": "Please tick this box if you want to pay by card."},
    )
    version = forms.CharField(widget=forms.HiddenInput, initial=card_notice.VERSION)

    def clean_version(self) -> str:
        """Words that changed while the page lay open have to be read again."""
        if self.cleaned_data["version"] != card_notice.VERSION:
            raise forms.ValidationError("The notice has changed. Please read it again.")
        return str(self.cleaned_data["version"])


class AttemptForm(forms.Form):
    """A form with an id of its own, so that pressing the button twice is one act."""

    attempt = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class RefundForm(AttemptForm):
    amount = AmountField(label="Amount to give back", max_length=20)
    confirmed = forms.BooleanField(
        label="Yes, give this amount back.",
        error_messages={"required": "Please tick this box to confirm. A refund can’t be undone."},
    )

    def __init__(self, *args: Any, left_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = f"Up to {format_usd(left_cents)} can be given back."
        self.fields["amount"].initial = format_usd(left_cents)


class DeskPaymentForm(AttemptForm):
    method = forms.ChoiceField(
        label="How was it paid?",
        choices=[(str(m), m.label) for m in PaymentMethod if m != PaymentMethod.CARD],
        widget=forms.RadioSelect,
    )
    amount = AmountField(label="Amount received", max_length=20)

    def __init__(self, *args: Any, owed_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = f"{format_usd(owed_cents)} is owed."
        self.fields["amount"].initial = format_usd(owed_cents)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the books only. Please write nothing about a person's health or care.",
    )


class ClientSearchForm(forms.Form):
    """Sent by POST: a name must not stand in an address."""

    q = forms.CharField(label="Client's name, or their whole e-mail address", max_length=120)

"""Whom the practice does not let book online."""

from typing import Any

from django import forms

from booking.models import BlockKind
from booking.services.protection import spelled
from booking.visitor_marks import Unreadable

HINTS = {
    BlockKind.EMAIL: "This one mail address",
    BlockKind.DOMAIN: "Every mail address that ends in this",
    BlockKind.NETWORK: "Everybody at this internet address or network",
}


class BlockForm(forms.Form):
    kind = forms.ChoiceField(
        label="What do you want to block?",
        choices=list(HINTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of them."},
    )
    value = forms.CharField(
        label="Which one?",
        help_text="Such as name@example.com, example.com, 203.0.113.7 or 203.0.113.0/24.",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the address, the domain or the network."},
    )
    note = forms.CharField(
        label="Why? (optional)",
        help_text="Only therapists read this; it is kept encrypted.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") and values.get("value"):
            try:
                values["value"] = spelled(BlockKind(values["kind"]), values["value"])
            except Unreadable as error:
                self.add_error("value", str(error))
        return values

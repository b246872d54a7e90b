"""Fields that several forms of signing in share."""

from django import forms

from accounts.address_hint import suggestion


def address_field(label: str, *, required: str) -> forms.EmailField:
    """An e-mail address; `required` is said when nothing was typed."""
    return forms.EmailField(
        label=label,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": required,
            "invalid": "Type a full e-mail address, such as ada@example.com.",
        },
    )


def doubted(form: forms.Form) -> str:
    """What was probably meant by a valid form's `email`; empty once the person has seen it."""
    email = str(form.cleaned_data.get("email", ""))
    return "" if form.data.get("as_typed") == email else suggestion(email)


def code_field(label: str, *, required: str = "Type the code.") -> forms.CharField:
    """Digits that the device may fill in by itself; `required` is said when nothing was typed."""
    return forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
        error_messages={"required": required},
    )

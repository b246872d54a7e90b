"""Who signs for a minor."""

from django import forms


class GuardianForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Type the guardian’s name."}
    )
    relation = forms.CharField(
        label="Relation to the client",
        max_length=60,
        help_text="Mother, father, legal guardian",
        error_messages={"required": "Say how they are related to the client."},
    )
    email = forms.EmailField(
        label="E-mail",
        help_text="Their own: they sign in by a code to this address",
        error_messages={
            "required": "Type an address: without one they can’t sign in.",
            "invalid": "Check the address: a part is missing.",
        },
    )
    phone = forms.CharField(label="Phone", max_length=40, required=False)
    authority = forms.CharField(
        label="Custody and authority to decide",
        max_length=1000,
        required=False,
        help_text="Who decides about care, alone or together; which papers you have seen",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

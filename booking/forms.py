"""What clients type about their appointments."""

from django import forms


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Would you like to tell us why?",
        help_text="Only your therapist reads this. You can leave it empty.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

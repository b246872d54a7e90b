"""The day on a sheet that is about to be typed in."""

from django import forms


class WrittenOnForm(forms.Form):
    written_on = forms.DateField(
        label="The day on the sheet",
        help_text="Leave it empty if it bears none.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

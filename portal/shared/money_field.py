"""The form field of an amount of dollars."""

from typing import Any

from django import forms

from portal.shared.money import InvalidAmount, format_usd, parse_usd


class AmountField(forms.CharField):
    """Dollars as people write them; cleans to integer cents."""

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        try:
            return parse_usd(text)
        except InvalidAmount as problem:
            raise forms.ValidationError(str(problem)) from problem

    def prepare_value(self, value: Any) -> Any:
        """An amount from the database is shown as people write it."""
        return format_usd(value) if isinstance(value, int) else value

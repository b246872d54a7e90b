"""The door, the code, and the password for those who chose one."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest

from accounts.forms.fields import address_field, code_field
from accounts.models import User


class EmailForm(forms.Form):
    email = address_field("Your e-mail address", required="Type your e-mail address.")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class CodeForm(forms.Form):
    code = code_field("Code from the mail", required="Type the eight digits from the mail.")


class PasswordSignInForm(EmailForm):
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password."},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: Any = None

    def clean(self) -> dict[str, Any]:
        """allauth checks: known or not takes the same time, and tries are limited."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        adapter = get_adapter()
        self.user = adapter.authenticate(
            self.request, email=cleaned["email"], password=cleaned["password"]
        )
        if self.user is None:
            raise adapter.validation_error("email_password_mismatch")
        return cleaned


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label="New password",
        strip=False,
        max_length=200,
        help_text="At least 10 characters. A few words that mean something only to you are good.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Type the password you would like to use."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.user)
        return password

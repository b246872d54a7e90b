"""allauth's own forms, in plain words."""

import hashlib
from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ConfirmEmailVerificationCodeForm,
    ReauthenticateForm,
)
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ConfirmFactorForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache

from accounts.forms.fields import address_field, code_field

USED_SECONDS = 120  # longer than a code is taken with MFA_TOTP_TOLERANCE


class NewAddressForm(AddEmailForm):
    email = address_field("New e-mail address", required="Type the new address.")


class AddressCodeForm(ConfirmEmailVerificationCodeForm):
    code = code_field("Code from the mail")


class ConfirmByPasswordForm(ReauthenticateForm):
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password."},
    )


class OnceMixin:
    """A code of the app signs in once, also within the half minutes around its own."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        digest = hashlib.sha256(f"{self.user.pk}:{code}".encode()).hexdigest()
        if not cache.add(f"second-factor-used:{digest}", 1, timeout=USED_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInForm(OnceMixin, AuthenticateForm):
    code = code_field("Code from your authenticator app, or a recovery code")


class ConfirmForm(OnceMixin, ConfirmFactorForm):
    code = code_field("Code from your authenticator app, or a recovery code")


class ActivateForm(ActivateTOTPForm):
    code = code_field("Code that the app shows")


class AddPasskeyForm(AddWebAuthnForm):
    """Every passkey may sign in alone: it proves the device and its owner at once."""

    name = forms.CharField(
        label="A name for this passkey",
        required=False,
        max_length=60,
        help_text="So that you recognise it in your list, such as “Laptop” or “Blue key”.",
    )
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

"""Forms of signing in and of a person's own details."""

from accounts.forms.details import ClientDetailsForm
from accounts.forms.fields import doubted
from accounts.forms.sign_in import CodeForm, EmailForm, NewPasswordForm, PasswordSignInForm

__all__ = [
    "ClientDetailsForm",
    "CodeForm",
    "EmailForm",
    "NewPasswordForm",
    "PasswordSignInForm",
    "doubted",
]

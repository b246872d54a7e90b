"""Sign-in and security: what a person signs in with, in one place."""

from typing import Any

from allauth.account.internal.flows.password_change import (
    finalize_password_change,
    finalize_password_set,
)
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms import NewPasswordForm
from accounts.fresh_sign_in import freshly_signed_in
from accounts.guards import current_user
from accounts.models import User
from accounts.policies import signed_in
from accounts.second_factors import SECOND_FACTORS, has_second_factor


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    return render(request, "accounts/security.html", factors_of(user))


def factors_of(user: User) -> dict[str, Any]:
    """The factors of a person, ready for the page."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    recovery = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "app": next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        "passkeys": [row.wrap() for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "has_factor": any(row.type in SECOND_FACTORS for row in rows),
        "codes_left": len(recovery.wrap().get_unused_codes()) if recovery else None,
        "has_password": user.has_usable_password(),
    }


@signed_in
@freshly_signed_in
@sensitive_post_parameters("password")
def password(request: HttpRequest) -> HttpResponse:
    """Set, change or remove the password; nobody needs one."""
    user = current_user(request)
    had_one = user.has_usable_password()
    if request.method == "POST" and request.POST.get("action") == "remove":
        return _remove_password(request, user)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/password.html", {"form": form, "has_password": had_one})
    user.set_password(form.cleaned_data["password"])
    user.save(update_fields=["password"])
    finish = finalize_password_change if had_one else finalize_password_set
    finish(request, user)
    return redirect("accounts:security")


def _remove_password(request: HttpRequest, user: User) -> HttpResponse:
    user.set_unusable_password()
    user.save(update_fields=["password"])
    finalize_password_change(request, user)
    messages.success(request, "Your password is removed. You sign in with a code from now on.")
    return redirect("accounts:security")


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where staff are led at their first sign-in; open to everyone who wants one."""
    user = current_user(request)
    if has_second_factor(user):
        return redirect("accounts:security")
    return render(request, "accounts/second_factor.html")


@signed_in
def to_overview(request: HttpRequest) -> HttpResponse:
    """allauth's own lists live on the overview."""
    return redirect("accounts:security")

"""Audit events of signing in and of its means, from the signals that Django and allauth send."""

from typing import Any

from allauth.account.signals import email_changed, password_changed, password_set
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from accounts.models import User
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.encryption.crypto import blind_index
from portal.shared.request import source_of


def connect() -> None:
    """Called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit-sign-in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit-sign-out")
    user_login_failed.connect(_password_failed, dispatch_uid="audit-password-failed")
    authentication_failed.connect(_factor_failed, dispatch_uid="audit-factor-failed")
    authenticator_added.connect(_factor_added, dispatch_uid="audit-factor-added")
    authenticator_removed.connect(_factor_removed, dispatch_uid="audit-factor-removed")
    authenticator_reset.connect(_factor_reset, dispatch_uid="audit-factor-reset")
    password_set.connect(_password_set, dispatch_uid="audit-password-set")
    password_changed.connect(_password_changed, dispatch_uid="audit-password-changed")
    email_changed.connect(_email_changed, dispatch_uid="audit-email-changed")


def _record(
    action: str, user: Any, request: HttpRequest | None, by: Any = None, **detail: Any
) -> None:
    if user is not None and not isinstance(user, User):
        user = None
    audit.record(
        action=action,
        by=by,
        obj=user,
        client=getattr(user, "client", None) if user else None,
        source=source_of(request) if request is not None else None,
        detail=detail,
        now=utc_now(),
    )


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("sign_in", user, request, by=user)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record("sign_out", user, request, by=user)


def _password_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    address = blind_index(str(credentials.get("email", "")), purpose="audit-address")[:16]
    _record("sign_in.fail", None, request, method="password", address=address)


def _factor_failed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("sign_in.fail", user, request, method="second factor")


def _factor_added(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("second_factor.add", user, request, by=user, type=kwargs["authenticator"].type)


def _factor_removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("second_factor.remove", user, request, by=user, type=kwargs["authenticator"].type)


def _factor_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("second_factor.renew", user, request, by=user, type=kwargs["authenticator"].type)


def _password_set(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("password.set", user, request, by=user)


def _password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    action = "password.change" if user.has_usable_password() else "password.remove"
    _record(action, user, request, by=user)


def _email_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("email.change", user, request, by=user)

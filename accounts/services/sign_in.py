"""Signing in by a code: one door for people we know and people we don't."""

import uuid
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Practice, User
from portal.shared import audit, mail
from portal.shared.request import Source


def send_code(*, email: str, code: str, minutes: int, now: datetime) -> None:
    """Mail a code. A new person and a known one cost the same work and see the same page."""
    is_known = User.objects.filter(email=email).exists()
    purpose = "sign_in_code" if is_known else "sign_up_code"
    _send(email=email, template=purpose, code=code, minutes=minutes, now=now)


def send_confirmation_code(*, user: User, code: str, minutes: int, now: datetime) -> None:
    """Mail a code that confirms a change to somebody who is signed in."""
    _send(email=user.email, template="confirmation_code", code=code, minutes=minutes, now=now)


def _send(*, email: str, template: str, code: str, minutes: int, now: datetime) -> None:
    practice = Practice.get()
    mail.queue(
        to=email,
        subject=f"Your code for {practice.name}",
        template=f"email/account/{template}",
        context={"practice": practice, "code": f"{code[:4]} {code[4:]}", "minutes": minutes},
        key=f"code:{uuid.uuid4()}",
        now=now,
    )


@transaction.atomic
def account_of(*, email: str, source: Source, now: datetime) -> User:
    """The account of an address that was just proved, opened now if there was none."""
    user, created = User.objects.get_or_create(
        email=email, defaults={"password": make_password(None)}
    )
    _mark_verified(user)
    if created:
        audit.record(action="account.open", by=user, obj=user, source=source, now=now)
    return user


class NotProved(Exception):
    """The person has not shown yet that mails to their address reach them."""


def check_proved(user: User) -> None:
    """Raise NotProved where the address of this account was never proved."""
    if not EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        raise NotProved


def _mark_verified(user: User) -> None:
    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if not (address.verified and address.primary):
        address.verified = address.primary = True
        address.save(update_fields=["verified", "primary"])

"""Guardians sign for a minor, with accounts of their own, until the eighteenth birthday."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Client, Guardian, Practice, Role, User
from accounts.services.clients import ADULT_AGE
from accounts.services.practice import OtherRole, open_staff_account
from portal.shared import audit, mail
from portal.shared.request import Source

NOWHERE = Source()
SUBJECT = "The practice opened a page for you"


class NotAMinor(Exception):
    """Who is eighteen signs for themselves."""


class AddressTaken(Exception):
    """This address signs in as somebody else; a guardian needs one of their own."""


def is_adult(client: Client, now: datetime) -> bool:
    """Eighteen today, where the practice is; born on February 29, on March 1 of other years."""
    return client.age_on(now.astimezone(Practice.get().zone).date()) >= ADULT_AGE


def eighteenth_birthday(client: Client) -> date:
    """The day from which they sign for themselves."""
    born = client.birth_date
    try:
        return born.replace(year=born.year + ADULT_AGE)
    except ValueError:  # February 29, in a year that has none
        return date(born.year + ADULT_AGE, 3, 1)


@transaction.atomic
def add(
    *,
    client: Client,
    name: str,
    relation: str,
    email: str,
    phone: str,
    authority: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> Guardian:
    """Link a guardian to a minor and invite them: a code to their address proves who they are.

    Raises NotAMinor and AddressTaken.
    """
    if is_adult(client, now):
        raise NotAMinor
    try:
        user, _ = open_staff_account(email=email, role=Role.GUARDIAN, by=by, now=now)
    except OtherRole as other:
        raise AddressTaken from other
    guardian, _ = Guardian.objects.update_or_create(
        client=client,
        user=user,
        defaults={
            "name": name,
            "relation": relation,
            "phone": phone or None,
            "authority": authority or None,
            "added_by": by,
            "ended_at": None,
            "ended_by": None,
        },
    )
    _record("guardian.add", guardian, by, source, now)
    mail.queue(
        to=user.email,
        subject=SUBJECT,
        template="email/account/guardian",
        context={
            "practice": Practice.get(),
            "page": settings.PORTAL_URL + reverse("account_login"),
        },
        key=f"guardian:{guardian.pk}:{now.isoformat()}",
        now=now,
    )
    return guardian


def active_of(client: Client, *, now: datetime) -> QuerySet[Guardian]:
    """Who signs for this client today; nobody from the 18th birthday on."""
    rows = Guardian.objects.filter(client=client, ended_at=None).select_related("user")
    return rows.none() if is_adult(client, now) else rows


def active_for(user: User, *, now: datetime) -> list[Guardian]:
    """For whom this person signs today."""
    rows = Guardian.objects.filter(user=user, ended_at=None).select_related("client")
    return [row for row in rows if not is_adult(row.client, now)]


@transaction.atomic
def accept(*, guardian: Guardian, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """They came, signed in by a code to their address: kept once."""
    if guardian.accepted_at is None:
        guardian.accepted_at = now
        guardian.save(update_fields=["accepted_at", "updated_at"])
        _record("guardian.accept", guardian, by, source, now)


@transaction.atomic
def end(*, guardian: Guardian, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """Their access ends now; what they signed stays. Again: nothing."""
    if guardian.ended_at is None:
        guardian.ended_at, guardian.ended_by = now, by
        guardian.save(update_fields=["ended_at", "ended_by", "updated_at"])
        _record("guardian.end", guardian, by, source, now)


def _record(action: str, guardian: Guardian, by: User, source: Source, now: datetime) -> None:
    audit.record(action=action, by=by, obj=guardian, client=guardian.client, source=source, now=now)

"""What a client tells about themselves: who they are and how they may be reached."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Client, Practice, User, Voicemail
from accounts.services import reminder_choice
from portal.shared import audit
from portal.shared.request import Source

ADULT_AGE = 18
EMERGENCY = ("emergency_name", "emergency_relation", "emergency_phone")


class TooYoung(Exception):
    """Under 18: a parent or guardian calls the practice (NY: clinical facts 6.7)."""

    def __init__(self, phone: str) -> None:
        super().__init__("a person under 18 can't register themselves")
        self.phone = phone


class AlreadyRegistered(Exception):
    """This account belongs to a client already."""


@dataclass(frozen=True)
class ClientDetails:
    """What a person gives about themselves; empty text means "not given"."""

    legal_name: str
    birth_date: date
    phone: str = ""
    state: str = ""
    chosen_name: str = ""
    pronouns: str = ""
    address: str = ""
    emergency_name: str = ""
    emergency_relation: str = ""
    emergency_phone: str = ""
    voicemail: str = Voicemail.CALL_BACK
    reminders_by_mail: bool = False
    reminders_by_sms: bool = False

    @classmethod
    def of(cls, client: Client) -> "ClientDetails":
        contact = client.emergency_contact or {}
        own = [field.name for field in fields(cls) if field.name not in EMERGENCY]
        values: dict[str, Any] = {name: _or_blank(getattr(client, name)) for name in own}
        return cls(**values, **{name: contact.get(name, "") for name in EMERGENCY})


def _or_blank(value: Any) -> Any:
    return "" if value is None else value


def save_own(*, user: User, details: ClientDetails, source: Source | None, now: datetime) -> Client:
    """Open the record of a person who signs in, or bring it up to date. Raises TooYoung."""
    with transaction.atomic():
        # Two windows of a new person wait here for one another: the second one updates.
        User.objects.select_for_update().get(pk=user.pk)
        client = Client.objects.filter(user=user).first()
        if client is None:
            return register(user=user, details=details, by=user, source=source, now=now)
        update_details(client=client, details=details, by=user, source=source, now=now)
        client.refresh_from_db()
    return client


def register(
    *,
    user: User | None,
    details: ClientDetails,
    by: User,
    source: Source | None,
    now: datetime,
) -> Client:
    """Open a client's record. Raises AlreadyRegistered, and TooYoung for a minor's own doing.

    The therapist may register a minor, whose parent or guardian has called.
    """
    if by == user:
        check_age(details.birth_date, now=now)
    with transaction.atomic():
        if user is not None:
            User.objects.select_for_update().get(pk=user.pk)
            if Client.objects.filter(user=user).exists():
                raise AlreadyRegistered
        client = Client(user=user)
        _fill(client, details)
        client.save()
        audit.record(
            action="client.register", by=by, obj=client, client=client, source=source, now=now
        )
        if client.reminders_by_mail or client.reminders_by_sms:
            reminder_choice.changed(client, by=by, source=source, now=now)
    return client


def update_details(
    *,
    client: Client,
    details: ClientDetails,
    by: User,
    source: Source | None,
    now: datetime,
) -> list[str]:
    """Save what changed; returns the names of the changed fields.

    Raises TooYoung when a client makes themselves a minor.
    """
    if by.pk == client.user_id:
        check_age(details.birth_date, now=now)
    with transaction.atomic():
        client = Client.objects.select_for_update().get(pk=client.pk)
        changed = _changed(ClientDetails.of(client), details)
        if not changed:
            return []
        _fill(client, details)
        client.save(update_fields=[*_columns(changed), "updated_at"])
        audit.record(
            action="client.details",
            by=by,
            obj=client,
            client=client,
            source=source,
            detail={"changed": changed},
            now=now,
        )
        if reminder_choice.MATTER.intersection(changed):
            reminder_choice.changed(client, by=by, source=source, now=now)
    return changed


def check_age(birth_date: date, *, now: datetime) -> None:
    """Raises TooYoung for a person who is not 18 today where the practice is."""
    practice = Practice.get()
    today = now.astimezone(practice.zone).date()
    if Client(birth_date=birth_date).age_on(today) < ADULT_AGE:
        raise TooYoung(practice.phone)


def _fill(client: Client, details: ClientDetails) -> None:
    values = asdict(details)
    contact = {name: values.pop(name) for name in EMERGENCY}
    client.emergency_contact = contact if any(contact.values()) else None
    for name, value in values.items():
        setattr(client, name, value or None if name in _NULLABLE else value)


_NULLABLE = frozenset({"chosen_name", "pronouns", "phone", "address"})


def _changed(before: ClientDetails, after: ClientDetails) -> list[str]:
    old, new = asdict(before), asdict(after)
    return [name for name, value in new.items() if value != old[name]]


def _columns(changed: list[str]) -> list[str]:
    return sorted({"emergency_contact" if name in EMERGENCY else name for name in changed})

"""Asking clients to sign outside of an intake: after a new version, or at the practice’s wish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Client, Practice, User
from accounts.services.guardians import active_of
from booking.models import Appointment
from intake.models import ConsentDocument, ConsentRequest, ConsentSignature, Intake, SignerRole
from portal.shared import audit, mail
from portal.shared.request import Source

NOWHERE = Source()
SUBJECT = "Something in the portal is waiting for you"


def clients_in_care(now: datetime) -> QuerySet[Client]:
    """Those with an appointment to come or an intake that is open."""
    coming = Appointment.objects.upcoming(now).filter(client__isnull=False)
    open_intakes = Intake.objects.filter(completed_at=None)
    return Client.objects.filter(
        Q(pk__in=coming.values("client")) | Q(pk__in=open_intakes.values("client"))
    )


@transaction.atomic
def ask_again(
    *,
    documents: Iterable[ConsentDocument],
    by: User | None,
    now: datetime,
    source: Source = NOWHERE,
) -> int:
    """After publishing: ask everyone in care who signed an earlier version. How many people.

    One mail for all texts at once. An open intake asks for the newest version by itself.
    """
    asked: dict[int, Client] = {}
    for document in documents:
        for client in _signers_in_care(document, now):
            if _ask(client, document, by=by, now=now, source=source):
                asked[client.pk] = client
    for client in asked.values():
        _mail(client, now=now)
    return len(asked)


def _signers_in_care(document: ConsentDocument, now: datetime) -> QuerySet[Client]:
    signed = ConsentSignature.objects.filter(
        document__slug=document.slug,
        document__version__lt=document.version,
        withdrawal__isnull=True,
    ).exclude(signer_role=SignerRole.ASSENT)
    return clients_in_care(now).filter(pk__in=signed.values("client")).select_related("user")


@transaction.atomic
def ask(
    *,
    clients: Iterable[Client],
    document: ConsentDocument,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> int:
    """Ask these clients for a text, or remind them of it, with a mail. How many people."""
    count = 0
    for client in clients:
        if not _ask(client, document, by=by, now=now, source=source):
            _remind(client, document, by=by, now=now, source=source)
        _mail(client, now=now)
        count += 1
    return count


def _ask(
    client: Client, document: ConsentDocument, *, by: User | None, now: datetime, source: Source
) -> bool:
    request, is_new = ConsentRequest.objects.get_or_create(
        client=client, document=document, defaults={"asked_at": now, "asked_by": by}
    )
    if is_new:
        _record("consent.ask", request, by, now, source)
    return is_new


def _remind(
    client: Client, document: ConsentDocument, *, by: User, now: datetime, source: Source
) -> None:
    request = ConsentRequest.objects.get(client=client, document=document)
    request.reminded_at = now
    request.save(update_fields=["reminded_at"])
    _record("consent.remind", request, by, now, source)


def _record(
    action: str, request: ConsentRequest, by: User | None, now: datetime, source: Source
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=request,
        client=request.client,
        source=source,
        detail={"slug": request.document.slug, "version": request.document.version},
        now=now,
    )


def _mail(client: Client, *, now: datetime) -> None:
    """In neutral words; whoever reads it has to sign in to see what waits."""
    for address, page in _addresses(client, now):
        mail.queue(
            to=address,
            subject=SUBJECT,
            template="email/intake/to_sign",
            context={"practice": Practice.get(), "page": settings.PORTAL_URL + reverse(page)},
            key=f"consents:{client.pk}:{address}:{now.isoformat()}",
            now=now,
        )


def _addresses(client: Client, now: datetime) -> list[tuple[str, str]]:
    """Whoever signs: the guardians of a minor, else the client."""
    guardians = [row.user.email for row in active_of(client, now=now)]
    if guardians:
        return [(address, "intake:guardian_home") for address in guardians]
    return [(client.email, "intake:own_consents")] if client.email else []

"""Taking a consent back. The signature stays as it was; what it allowed ends with this."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Client, Practice, User
from booking.models import Practitioner
from intake.models import (
    ConsentKind,
    ConsentSignature,
    ConsentWithdrawal,
    SignerRole,
    WithdrawalWay,
)
from intake.services.consent_state import in_force, withdrawal_of
from portal.shared import audit, mail
from portal.shared.request import Source

NOWHERE = Source()
LONGEST_REASON = 2000
SUBJECT = "Something in the portal needs your attention"
CONSEQUENCES = {
    ConsentKind.TREATMENT: (
        "Without this consent your therapist can’t go on with what it describes. Your "
        "appointments stay booked; your therapist is told and talks with you about what comes "
        "next. Nothing that was done before becomes wrong by it."
    ),
    ConsentKind.PAYMENT: (
        "What you owe for sessions that took place stays owed. For sessions to come your "
        "therapist has to agree with you on fees anew. Your consent to treatment is not touched."
    ),
    ConsentKind.PRIVACY: (
        "This says only that you received the notice. Taking it back changes nothing about how "
        "your records are protected, and your rights stay the same."
    ),
    ConsentKind.RECORDS: (
        "From now on you get documents on paper, and you sign on paper. It costs nothing and "
        "changes nothing about your care. What you signed here stays valid, and what lies in your "
        "documents stays yours to read."
    ),
}


class NothingToWithdraw(Exception):
    """It was taken back already, or never given here."""


class ReasonTooLong(Exception):
    """More than LONGEST_REASON letters."""


def can_withdraw(signature: ConsentSignature, *, now: datetime) -> bool:
    """Only what is in force; a wish for paper is no consent."""
    return signature.method != "paper" and signature in in_force(signature.client, now=now)


@transaction.atomic
def withdraw(
    *,
    signature: ConsentSignature,
    by: User,
    role: SignerRole = SignerRole.CLIENT,
    way: WithdrawalWay = WithdrawalWay.PORTAL,
    reason: str = "",
    auth_methods: tuple[str, ...] = (),
    source: Source = NOWHERE,
    now: datetime,
) -> ConsentWithdrawal:
    """Record it, and tell the therapists of this client in neutral words.

    Raises NothingToWithdraw and ReasonTooLong.
    """
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    client = Client.objects.select_for_update().get(pk=signature.client_id)
    if withdrawal_of(signature) or not can_withdraw(signature, now=now):
        raise NothingToWithdraw
    withdrawal = ConsentWithdrawal.objects.create(
        signature=signature,
        client=client,
        withdrawn_at=now,
        withdrawn_by=by,
        role=role,
        way=way,
        reason=reason.strip() or None,
        ip=source.ip,
        user_agent=source.user_agent,
        auth_methods=list(auth_methods),
    )
    audit.record(
        action="consent.withdraw",
        by=by,
        obj=withdrawal,
        client=client,
        source=source,
        detail={"slug": signature.document.slug, "version": signature.document.version},
        now=now,
    )
    _tell_therapists(withdrawal, now=now)
    return withdrawal


def _tell_therapists(withdrawal: ConsentWithdrawal, *, now: datetime) -> None:
    own = Practitioner.objects.filter(appointments__client=withdrawal.client).distinct()
    for practitioner in own.select_related("user"):
        mail.queue(
            to=practitioner.user.email,
            subject=SUBJECT,
            template="email/intake/attention",
            context={"practice": Practice.get()},
            key=f"withdrawal:{withdrawal.pk}:{practitioner.pk}",
            now=now,
        )


@transaction.atomic
def mark_seen(
    *, withdrawal: ConsentWithdrawal, by: User, source: Source = NOWHERE, now: datetime
) -> None:
    """The therapist has read it. Again: nothing."""
    locked = ConsentWithdrawal.objects.select_for_update().get(pk=withdrawal.pk)
    if locked.seen_at:
        return
    locked.seen_at, locked.seen_by = now, by
    locked.save(update_fields=["seen_at", "seen_by"])
    audit.record(
        action="consent.withdrawal_seen",
        by=by,
        obj=locked,
        client=locked.client,
        source=source,
        now=now,
    )


def withdrawals_for(therapist: User) -> QuerySet[ConsentWithdrawal]:
    """What clients of this therapist took back, the newest first."""
    return (
        ConsentWithdrawal.objects.filter(
            client__appointments__practitioner__user=therapist,
        )
        .distinct()
        .select_related("client", "signature__document", "withdrawn_by")
    )


def treatment_withdrawn(client: Client, *, now: datetime) -> list[ConsentWithdrawal]:
    """Consents to treatment that were taken back and not given again."""
    valid = {row.document.slug for row in in_force(client, now=now)}
    rows = client.withdrawals.filter(signature__document__kind=ConsentKind.TREATMENT)
    newest: dict[str, ConsentWithdrawal] = {}
    for row in rows.select_related("signature__document").order_by("withdrawn_at"):
        newest[row.signature.document.slug] = row
    return [row for slug, row in newest.items() if slug not in valid]

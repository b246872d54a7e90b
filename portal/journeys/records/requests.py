"""Asking for one's records, making the archive, looking through it, handing it out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse

from accounts.models import Client, Practice, User
from booking.models import Practitioner
from intake.models import RecordsClosed, RecordsRequest
from portal.journeys.records.archive import archive
from portal.shared import audit, mail, work
from portal.shared.encryption.stream import Flow
from portal.shared.models import BackgroundWork
from portal.shared.request import Source
from portal.shared.work import Made, Tell

KIND = "records_archive"
DAYS_TO_ANSWER = 10  # NY Public Health Law 18: the shortest clock that may hold
KEPT_UNTIL_RELEASED = timedelta(days=60)
KEPT_AFTER_RELEASE = timedelta(days=14)
FILE_NAME = "my-records.zip"


class NotReady(Exception):
    """There is no archive to hand out: it is not made yet, or its days are over."""


class AlreadyAnswered(Exception):
    """It was handed out or closed before."""


def ask(*, client: Client, by: User, source: Source, now: datetime) -> RecordsRequest:
    """The client's open request, begun if there is none; its archive is made at once."""
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)  # two clicks make one request
        row = RecordsRequest.objects.open().filter(client=client).first()
        if row is not None:
            return row
        today = now.astimezone(Practice.get().zone).date()
        due_on = today + timedelta(days=DAYS_TO_ANSWER)
        row = RecordsRequest.objects.create(client=client, asked_at=now, asked_by=by, due_on=due_on)
        _begin(row, by=by, now=now)
        if by.pk == client.user_id:
            _tell_therapists(row, now=now)
        _record("ask", row, by=by, source=source, now=now)
    return row


def make_anew(*, row: RecordsRequest, by: User, source: Source, now: datetime) -> None:
    """With what was added meanwhile. Raises AlreadyAnswered."""
    with transaction.atomic():
        locked = _lock_open(row)
        _end(locked.work, now=now)
        _begin(locked, by=by, now=now)
        _record("make_anew", locked, by=by, source=source, now=now)


@work.does(KIND)
def make(work: BackgroundWork, tell: Tell, *, now: datetime) -> Made:
    """The whole of it, in one go: what was broken off is begun again."""
    requests = RecordsRequest.objects.select_related("client__user")
    client = requests.get(pk=work.subject["request_id"]).client
    return Made(Flow(archive(client, tell=tell, now=now)), FILE_NAME)


def release(*, row: RecordsRequest, by: User, source: Source, now: datetime) -> None:
    """From now on the client can fetch it, for so many days. Raises NotReady, AlreadyAnswered."""
    with transaction.atomic():
        locked = _lock_open(row)
        made = locked.work
        if made is None or not is_there(made, now):
            raise NotReady
        locked.released_at, locked.released_by = now, by
        locked.save(update_fields=["released_at", "released_by"])
        made.expires_at = now + KEPT_AFTER_RELEASE
        made.save(update_fields=["expires_at"])
        _tell_client(locked, now=now)
        _record("release", locked, by=by, source=source, now=now)


def close(
    *, row: RecordsRequest, closed_as: RecordsClosed, by: User, source: Source, now: datetime
) -> None:
    """Without handing it out here; the archive goes. Raises AlreadyAnswered."""
    with transaction.atomic():
        locked = _lock_open(row)
        locked.closed_at, locked.closed_by, locked.closed_as = now, by, closed_as
        locked.save(update_fields=["closed_at", "closed_by", "closed_as"])
        _end(locked.work, now=now)
        _record("close", locked, by=by, source=source, now=now)


def hand_out(
    *, row: RecordsRequest, by: User, source: Source, now: datetime
) -> tuple[File[bytes], int]:
    """The archive, opened piece by piece, and its size. Raises NotReady."""
    made = row.work
    if made is None or not is_there(made, now):
        raise NotReady
    _record("read", row, by=by, source=source, now=now)
    return made.file.open("rb"), made.size


def is_there(made: BackgroundWork, now: datetime) -> bool:
    return made.is_done and made.expires_at > now


def open_for(therapist: User) -> list[RecordsRequest]:
    """What this therapist has to answer, the most pressing first."""
    rows = RecordsRequest.objects.open().for_therapist(therapist)
    return list(rows.select_related("client", "work").order_by("due_on", "pk"))


def _begin(row: RecordsRequest, *, by: User, now: datetime) -> None:
    row.work = work.ask(
        kind=KIND,
        subject={"request_id": row.pk},
        by=by,
        client=row.client,
        now=now,
        kept=KEPT_UNTIL_RELEASED,
    )
    row.save(update_fields=["work"])


def _end(made: BackgroundWork | None, *, now: datetime) -> None:
    """Its file and its row go with the next sweep."""
    if made is not None:
        made.expires_at = now
        made.save(update_fields=["expires_at"])


def _lock_open(row: RecordsRequest) -> RecordsRequest:
    found = RecordsRequest.objects.select_for_update(of=("self",)).select_related("work", "client")
    locked = found.get(pk=row.pk)
    if not locked.is_open:
        raise AlreadyAnswered
    return locked


def _tell_therapists(row: RecordsRequest, *, now: datetime) -> None:
    own = Practitioner.objects.filter(appointments__client=row.client).distinct()
    for practitioner in own.select_related("user"):
        mail.queue(
            to=practitioner.user.email,
            subject="Something in the portal needs your attention",
            template="email/intake/attention",
            context={"practice": Practice.get()},
            key=f"records:{row.pk}:{practitioner.pk}",
            now=now,
        )


def _tell_client(row: RecordsRequest, *, now: datetime) -> None:
    if not row.client.email:
        return
    mail.queue(
        to=row.client.email,
        subject="What you asked for is ready",
        template="email/journeys/records_ready",
        context={
            "practice": Practice.get(),
            "page": settings.PORTAL_URL + reverse("journeys:records"),
            "days": KEPT_AFTER_RELEASE.days,
        },
        key=f"records:{row.pk}:ready",
        now=now,
    )


def _record(act: str, row: RecordsRequest, *, by: User, source: Source, now: datetime) -> None:
    audit.record(action=f"records.{act}", by=by, obj=row, client=row.client, source=source, now=now)

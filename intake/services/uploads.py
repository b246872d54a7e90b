"""Documents that clients hand in: taken when they are harmless, kept encrypted, read with a note.

A file is opened by a program of its own (portal.shared.harmless) and never by us; its name is a
label and stands in no path, address or log.
"""

import hashlib
import math
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import rate_limit
from accounts.models import Client, User
from intake.models import QuestionnaireResponse, Upload
from intake.upload_words import WORDS, label_of, no_room, too_large, too_often
from portal.shared import audit, outbox
from portal.shared.harmless import Harmless, make_harmless
from portal.shared.incoming import MEGABYTE, most_of_a_file
from portal.shared.request import Source
from portal.shared.wash.refusals import Refused

NOWHERE = Source()
RATE = (60, 3600)  # files an hour from one person


class NotTaken(Exception):
    """Why not, in words for the person who chose the file."""


class AlreadyOpened(Exception):
    """The therapist has opened it: it belongs to the record now."""


def inspect(*, file: UploadedFile, by: User, now: datetime) -> Harmless:
    """What is left of the file when it is harmless. Raises NotTaken; not inside a transaction."""
    try:
        rate_limit.check(f"uploads:{by.pk}", *RATE, now=now)
        if (file.size or 0) > most_of_a_file() or getattr(file, "is_dropped", False):
            raise NotTaken(too_large(settings.UPLOAD_FILE_MB))
        return make_harmless(file.read())
    except rate_limit.TooMany as often:
        raise NotTaken(too_often(math.ceil(often.retry_after / 60))) from often
    except Refused as refused:
        raise NotTaken(WORDS[refused.reason]) from refused


def keep(
    *,
    client: Client,
    harmless: Harmless,
    name: str,
    by: User,
    now: datetime,
    response: QuestionnaireResponse | None = None,
    source: Source = NOWHERE,
) -> Upload:
    """Raises NotTaken when there is no room for it. Outside of a transaction: it writes a file."""
    upload = Upload(
        client=client,
        response=response,
        label=label_of(name, harmless.media_type),
        media_type=harmless.media_type,
        size=len(harmless.content),
        pages=harmless.pages,
        sha256=hashlib.sha256(harmless.content).hexdigest(),
        sha1=hashlib.sha1(harmless.content, usedforsecurity=False).hexdigest(),
        uploaded_by=by,
        uploaded_at=now,
    )
    upload.file.save(secrets.token_hex(16), ContentFile(harmless.content), save=False)
    try:
        with transaction.atomic():
            _check_room(client, upload.size)
            upload.save(force_insert=True)
            detail = {"type": upload.media_type, "size": upload.size, "sha256": upload.sha256}
            _record("upload.add", upload, by=by, now=now, source=source, detail=detail)
    except BaseException:
        upload.file.delete(save=False)
        raise
    return upload


def _check_room(client: Client, size: int) -> None:
    """The client's row is locked, so that two files at once can't share the last room."""
    Client.objects.select_for_update().get(pk=client.pk)
    if Upload.objects.of(client).total_bytes() + size > settings.UPLOAD_TOTAL_MB * MEGABYTE:
        raise NotTaken(no_room(settings.UPLOAD_TOTAL_MB))


@transaction.atomic
def remove(*, upload: Upload, by: User, now: datetime, source: Source = NOWHERE) -> None:
    """Its name goes at once and its file by the outbox; the audit keeps what was removed.

    Raises AlreadyOpened.
    """
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.removed_at:
        return
    if locked.opened_at:
        raise AlreadyOpened
    locked.label, locked.removed_at = "", now
    locked.save(update_fields=["label", "removed_at"])
    outbox.enqueue(
        kind="erase_upload",
        key=f"erase-upload:{locked.pk}",
        payload={"upload_id": locked.pk},
        now=now,
    )
    detail = {"type": locked.media_type, "size": locked.size, "sha256": locked.sha256}
    _record("upload.remove", locked, by=by, now=now, source=source, detail=detail)


def erase(*, upload_id: int) -> None:
    """Safe to repeat: the file first, then the row forgets where it lay."""
    upload = Upload.objects.filter(pk=upload_id, removed_at__isnull=False).first()
    if upload and upload.file:
        upload.file.delete(save=False)
        upload.file = ""
        upload.save(update_fields=["file"])


def read(*, upload: Upload, by: User, now: datetime, source: Source = NOWHERE) -> bytes:
    """The document. Noted before it is handed out; once opened it can't be removed any more.

    Raises Upload.DoesNotExist when it was removed a moment ago.
    """
    with transaction.atomic():
        locked = Upload.objects.kept().select_for_update().get(pk=upload.pk)
        if by.pk != locked.uploaded_by_id and locked.opened_at is None:
            locked.opened_at = now
            locked.save(update_fields=["opened_at"])
        _record("upload.read", locked, by=by, now=now, source=source)
    with locked.file.open("rb") as file:
        content: bytes = file.read()
    return content


def _record(
    action: str,
    upload: Upload,
    *,
    by: User,
    now: datetime,
    source: Source,
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action=action,
        by=by,
        obj=upload,
        client=upload.client,
        source=source,
        detail=detail,
        now=now,
    )

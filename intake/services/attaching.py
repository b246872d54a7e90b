"""Documents that answer a question: kept like any other, and named by the answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from intake.fhir.answers import Answer
from intake.fhir.attachments import file_problems
from intake.fhir.questionnaire import Attached, Item, ItemType
from intake.models import QuestionnaireResponse, Upload
from intake.services import uploads
from intake.services.answering import Change
from intake.services.uploads import NotTaken
from portal.shared.request import Source

ONE_ONLY = "There is a file here already. Please remove it first."


def with_files(response: QuestionnaireResponse, changes: Sequence[Change]) -> list[Change]:
    """A page names its files by their ids; this response's own get back what is known of them.

    What is not this response's stays a bare id, which no check lets pass.
    """
    ids = {
        value.public_id
        for change in changes
        for value in change.given.values
        if isinstance(value, Attached)
    }
    if not ids:
        return list(changes)
    rows = Upload.objects.kept().filter(response=response, public_id__in=filter(_is_id, ids))
    known = {str(row.public_id): attached(row) for row in rows}
    return [_with_known(change, known) for change in changes]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _with_known(change: Change, known: dict[str, Attached]) -> Change:
    if change.item.type != ItemType.ATTACHMENT:
        return change
    values = (
        known.get(value.public_id, value) if isinstance(value, Attached) else value
        for value in change.given.values
    )
    return replace(change, given=replace(change.given, values=tuple(values)))


def attached(upload: Upload) -> Attached:
    """A frozen copy: the answer says what was handed in, whatever becomes of the file."""
    return Attached(
        public_id=str(upload.public_id),
        name=upload.label,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        sha1=upload.sha1,
        given_at=upload.uploaded_at.astimezone(UTC).isoformat(timespec="seconds"),
    )


def hand_in(
    *,
    change: Change,
    file: UploadedFile,
    response: QuestionnaireResponse,
    by: User,
    now: datetime,
    source: Source,
) -> Change:
    """The change with this file as one answer more. Raises NotTaken; not inside a transaction."""
    _check_count(change.item, change.given)
    harmless = uploads.inspect(file=file, by=by, now=now)
    for problem in file_problems(change.item, harmless.media_type, file.size or 0):
        raise NotTaken(problem)
    upload = uploads.keep(
        client=response.client,
        response=response,
        harmless=harmless,
        name=file.name or "",
        by=by,
        now=now,
        source=source,
    )
    values = (*change.given.values, attached(upload))
    return replace(change, given=replace(change.given, values=values))


def _check_count(item: Item, given: Answer) -> None:
    most = item.limits.max_occurs if item.is_repeating else 1
    if most is not None and len(given.values) >= most:
        raise NotTaken(ONE_ONLY if most == 1 else f"There can be at most {most} files here.")


def without(change: Change, public_id: str) -> Change:
    """The change without this file."""
    left = tuple(
        value
        for value in change.given.values
        if not (isinstance(value, Attached) and value.public_id == public_id)
    )
    return replace(change, given=replace(change.given, values=left))


def take_back(response: QuestionnaireResponse, public_id: str, **act: Any) -> None:
    """The answer names it no more: the file goes, unless the therapist has opened it."""
    rows = Upload.objects.kept().filter(response=response, opened_at__isnull=True)
    row = rows.filter(public_id=public_id).first() if _is_id(public_id) else None
    if row:
        uploads.remove(upload=row, **act)

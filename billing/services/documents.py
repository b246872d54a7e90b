"""Reading a stored receipt or estimate: its seal is checked, and that it was read is kept."""

import hashlib
from datetime import datetime

from accounts.models import Client, User
from billing.models import GoodFaithEstimate, Receipt
from portal.shared import audit
from portal.shared.request import Source


class SealBroken(Exception):
    """The file is not the one that was issued."""


def read(
    *,
    document: Receipt | GoodFaithEstimate,
    by: User,
    now: datetime,
    source: Source | None = None,
) -> bytes:
    """The PDF as it was issued. Raises SealBroken."""
    with document.file.open("rb") as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise SealBroken(str(document.public_id))
    audit.record(
        action=f"{document._meta.model_name}.read",
        by=by,
        obj=document,
        client=_client_of(document),
        source=source,
        now=now,
    )
    return content


def _client_of(document: Receipt | GoodFaithEstimate) -> Client:
    if isinstance(document, Receipt):
        return document.payment.charge.client
    return document.client

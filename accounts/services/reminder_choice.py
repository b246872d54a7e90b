"""How a client wants to be reminded: nothing unless they tick it, each way by itself.

Who chose what, when and from where is an audit event: it shows that the person agreed. Booking
follows by the effect `plan_reminders`.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Client, User
from portal.shared import audit, outbox
from portal.shared.request import Source

FIELDS = frozenset({"reminders_by_mail", "reminders_by_sms"})
MATTER = FIELDS | {"phone"}
"""Details whose change brings other reminders."""


def texts_offered() -> bool:
    """Whether this installation can send text messages at all."""
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.SMS_FROM)


def changed(
    client: Client, *, by: User | None, now: datetime, source: Source | None = None, why: str = ""
) -> None:
    """After the write, as the last thing of its transaction."""
    outbox.enqueue(
        kind="plan_reminders",
        key=f"plan_reminders:client:{client.pk}:{now.isoformat()}",
        payload={"client_id": client.pk},
        now=now,
    )
    audit.record(
        action="client.reminders",
        by=by,
        obj=client,
        client=client,
        source=source,
        detail={"mail": client.reminders_by_mail, "sms": client.reminders_by_sms}
        | ({"why": why} if why else {}),
        now=now,
    )


@transaction.atomic
def stop_texts(*, client: Client, now: datetime) -> None:
    """They answered STOP to the provider, which sends them nothing more; the box is off again."""
    row = Client.objects.select_for_update().get(pk=client.pk)
    if not row.reminders_by_sms:
        return
    row.reminders_by_sms = False
    row.save(update_fields=["reminders_by_sms", "updated_at"])
    changed(row, by=None, now=now, why="stop")

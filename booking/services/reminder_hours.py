"""When the practice reminds its clients, and when it keeps quiet."""

from datetime import datetime, time

from django.db import transaction

from accounts.models import Practice, User
from portal.shared import audit, outbox
from portal.shared.request import Source

FIELDS = ("reminder_hours", "intake_reminder_hours", "quiet_from", "quiet_until")


@transaction.atomic
def choose(
    *,
    hours: list[int],
    intake_hours: list[int],
    quiet_from: time,
    quiet_until: time,
    by: User,
    now: datetime,
    source: Source | None = None,
) -> bool:
    """Save what changed, and have the reminders of all appointments planned anew.

    `hours`: how long before a session; `intake_hours`: of an intake that is not finished. True
    when anything changed.
    """
    practice = Practice.objects.select_for_update().filter(pk=1).first() or Practice.get()
    chosen = {
        "reminder_hours": sorted(set(hours), reverse=True),
        "intake_reminder_hours": sorted(set(intake_hours), reverse=True),
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    changed = [name for name in FIELDS if getattr(practice, name) != chosen[name]]
    if not changed:
        return False
    for name in changed:
        setattr(practice, name, chosen[name])
    practice.save(update_fields=changed if not practice._state.adding else None)
    outbox.enqueue(
        kind="plan_reminders",
        key=f"plan_reminders:practice:{now.isoformat()}",
        payload={},
        now=now,
    )
    audit.record(
        action="practice.reminders",
        by=by,
        obj=practice,
        source=source,
        detail={
            "changed": changed,
            "hours": chosen["reminder_hours"],
            "intake_hours": chosen["intake_reminder_hours"],
        },
        now=now,
    )
    return True

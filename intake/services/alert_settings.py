"""How soon the practice is written to again about an alert, and who is written to besides."""

from datetime import datetime

from django.db import transaction

from accounts.models import Practice, User
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()


@transaction.atomic
def choose(
    *, minutes: int, backup_email: str, by: User, now: datetime, source: Source = NOWHERE
) -> bool:
    """Holds from the next mail on. True when anything changed."""
    practice = Practice.objects.select_for_update().filter(pk=1).first() or Practice.get()
    chosen = {"alert_minutes": minutes, "alert_backup_email": backup_email}
    changed = [name for name, value in chosen.items() if getattr(practice, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(practice, name, chosen[name])
    practice.save(update_fields=changed if not practice._state.adding else None)
    audit.record(
        action="practice.alerts",
        by=by,
        obj=practice,
        source=source,
        detail={"changed": changed, "minutes": minutes},
        now=now,
    )
    return True

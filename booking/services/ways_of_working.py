"""Publishing how the therapist works: each version is kept as it was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from booking.models import Practitioner, WayOfWorking
from booking.models.way_of_working import WORDS
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile(Exception):
    """Another window has published a version since this one was opened."""

    version: int


@transaction.atomic
def publish(
    *,
    way: WayOfWorking,
    seen: int,
    by: User | None,
    now: datetime,
    source: Source = NOBODY,
) -> WayOfWorking:
    """The next version of the page; the one in force where no word differs.

    `seen` is the version that stood in the editor, 0 for none. Raises ChangedMeanwhile.
    """
    practitioner = Practitioner.objects.select_for_update().get(pk=way.practitioner_id)
    latest = WayOfWorking.objects.current(practitioner)
    if latest and is_same(latest, way):
        return latest
    if (latest.version if latest else 0) != seen:
        raise ChangedMeanwhile(latest.version if latest else 0)
    way.version = seen + 1
    way.published_at, way.published_by = now, by
    way.save(force_insert=True)
    audit.record(
        action="way_of_working.publish",
        by=by,
        obj=way,
        source=source,
        detail={"version": way.version},
        now=now,
    )
    return way


def is_same(one: WayOfWorking, other: WayOfWorking) -> bool:
    return words_of(one) == words_of(other)


def words_of(way: WayOfWorking) -> dict[str, Any]:
    return {name: getattr(way, name) for name in WORDS}

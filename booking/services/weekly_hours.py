"""The weekly hours, saved as a whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from booking.models import AvailabilityRule, Practitioner
from booking.services import openings
from booking.services.placing import lock_diary
from booking.weekly_windows import Window, fingerprint, joined, of_rule
from portal.shared import audit
from portal.shared.request import Source

NOBODY = Source()
WAITLIST_LOOKS_AHEAD = timedelta(days=60)


class ChangedMeanwhile(Exception):
    """The hours are no longer those that the person saw when they began to write."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and the windows that were made of several."""

    windows: list[Window]
    joined: list[Window]


def current(practitioner: Practitioner) -> list[Window]:
    """The hours as they are saved."""
    return [of_rule(rule) for rule in practitioner.availability_rules.all()]


@transaction.atomic
def save(
    *,
    practitioner: Practitioner,
    windows: Sequence[Window],
    seen: str,
    by: User,
    now: datetime,
    source: Source = NOBODY,
) -> Saved:
    """Replace the hours by these. Appointments outside of them stay as they are.

    `seen` is the fingerprint of the hours that were changed. Raises ChangedMeanwhile.
    """
    lock_diary(practitioner.pk)
    before = {rule: of_rule(rule) for rule in practitioner.availability_rules.all()}
    if fingerprint(before.values()) != seen:
        raise ChangedMeanwhile
    wanted, made = joined(windows)
    added = Counter(wanted) - Counter(before.values())
    gone = _surplus(before, wanted)
    AvailabilityRule.objects.filter(pk__in=[rule.pk for rule in gone]).delete()
    AvailabilityRule.objects.bulk_create(_rule(practitioner, one) for one in added.elements())
    if added:
        _announce(practitioner, now)
    audit.record(
        action="hours.change",
        by=by,
        obj=practitioner,
        source=source,
        detail={"rules": len(wanted), "added": added.total(), "removed": len(gone)},
        now=now,
    )
    return Saved(wanted, made)


def _surplus(
    before: dict[AvailabilityRule, Window], wanted: Sequence[Window]
) -> list[AvailabilityRule]:
    """The rows that no wanted window needs any more."""
    needed, gone = Counter(wanted), []
    for rule, window in before.items():
        if needed[window]:
            needed[window] -= 1
        else:
            gone.append(rule)
    return gone


def _rule(practitioner: Practitioner, window: Window) -> AvailabilityRule:
    return AvailabilityRule(
        practitioner=practitioner,
        weekday=window.weekday,
        starts=window.starts,
        ends=window.ends,
        place=window.place,
        valid_from=window.first_on,
        valid_until=window.last_on,
        alternates_from=window.first_on if window.every_other_week else None,
    )


def _announce(practitioner: Practitioner, now: datetime) -> None:
    """New hours may hold a time that somebody on the waitlist wants."""
    openings.announce(
        practitioner_id=practitioner.pk,
        starts_at=now,
        ends_at=now + WAITLIST_LOOKS_AHEAD,
        now=now,
    )

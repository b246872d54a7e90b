"""The weekly hours, saved as a whole."""

from datetime import datetime
from typing import Protocol

from django.db import transaction

from accounts.models import User
from booking.models import Practitioner
from portal.shared import audit
from portal.shared.request import Source


class Saves(Protocol):
    """A validated formset of the rules."""

    def save(self) -> object: ...


@transaction.atomic
def save(
    *, forms: Saves, practitioner: Practitioner, by: User, source: Source, now: datetime
) -> None:
    """Appointments that stand outside the new hours stay as they are."""
    forms.save()
    count = practitioner.availability_rules.count()
    audit.record(
        action="hours.change",
        by=by,
        obj=practitioner,
        source=source,
        detail={"rules": count},
        now=now,
    )

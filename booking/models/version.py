"""Which state of a practitioner's time an answer was computed from."""

from __future__ import annotations

from django.db import models

from portal.shared.stamps import Stamps


class DiaryVersion(models.Model):
    """Written by the database alone: a new version with every change of what decides over time.

    No foreign key: the triggers write it also while a practitioner is being deleted.
    """

    practitioner_id = models.BigIntegerField(primary_key=True)
    version = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"diary {self.practitioner_id}"


def stamps_diary(name: str, field: str = "practitioner") -> Stamps:
    """Declares that every write of a row changes its practitioner's version."""
    return Stamps(name=name, field=field, into="booking_diaryversion", key="practitioner_id")

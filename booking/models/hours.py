"""When time is offered: weekly hours, time off, extra time."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from booking.models.offer import Place, Practitioner
from booking.models.version import stamps_diary
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class AvailabilityRule(models.Model):
    """A weekly window of wall-clock time in the practice's zone; `place` empty: either way."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="availability_rules"
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField()
    ends = models.TimeField()
    place = models.CharField(max_length=10, choices=Place, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)  # inclusive
    # Every other week, counted from the week (Monday first) that this date lies in.
    alternates_from = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(name="rule_ends_after_start", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(
                name="rule_weekday", condition=Q(weekday__gte=0, weekday__lte=6)
            ),
            models.CheckConstraint(
                name="rule_valid_range",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
            ),
            stamps_diary("rule_stamps"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class ExceptionKind(models.TextChoices):
    CLOSED = "closed", "Time off"
    EXTRA = "extra", "Extra time"


class AvailabilityException(PublicModel):
    """Time off or extra time, as instants `[starts_at, ends_at)`."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="availability_exceptions"
    )
    kind = models.CharField(max_length=10, choices=ExceptionKind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=10, choices=Place, blank=True)
    note = EncryptedTextField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["practitioner", "ends_at"], name="exception_by_end")]
        constraints = [
            models.CheckConstraint(
                name="exception_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            stamps_diary("exception_stamps"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def closes(self) -> bool:
        return self.kind == ExceptionKind.CLOSED

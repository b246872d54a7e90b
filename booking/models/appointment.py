"""Time that is held, asked for or agreed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Client, User
from booking.models.offer import Place, Practitioner, SessionType
from booking.models.version import stamps_diary
from booking.policy import Policy
from booking.states import LIVE, Status
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel, TimestampedModel
from portal.shared.money import CentsField
from portal.shared.no_overlap import NoOverlap

KEPT_FOR_UNDO = "undo:"
"""The holder of a time that was given up and may still be taken back begins with this."""
LONGEST_BLOCK = timedelta(hours=24)
"""No blocked interval is longer, so a look-up of a day begins at most this much earlier."""


class AppointmentSeries(PublicModel, TimestampedModel):
    """Sessions that repeat at one wall-clock hour; each occurrence is an appointment of its own."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="series")
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="series")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="series")
    place = models.CharField(max_length=10, choices=Place)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first_on = models.DateField()  # local date of the practice
    starts = models.TimeField()  # wall clock of the practice; the same after a DST change
    count = models.PositiveSmallIntegerField()  # planned occurrences, left out ones included
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "appointment series"
        constraints = [
            models.CheckConstraint(name="series_weeks", condition=Q(every_weeks__in=[1, 2])),
            models.CheckConstraint(name="series_count", condition=Q(count__gte=2, count__lte=52)),
        ]

    def __str__(self) -> str:
        return f"series {self.pk}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self) -> Self:
        """Those that take up the practitioner's time."""
        return self.filter(status__in=LIVE)

    def beginning_between(self, start: datetime, end: datetime) -> Self:
        """Whose blocked interval may touch [start, end); bounded on both sides, so indexed."""
        return self.filter(blocked_from__gte=start - LONGEST_BLOCK, blocked_from__lt=end)

    def taking_time(
        self, practitioner_id: int, start: datetime, end: datetime, now: datetime
    ) -> Self:
        """Live ones of a practitioner that touch [start, end); a lapsed hold takes none."""
        return self.filter(
            ~Q(status=Status.HELD, held_until__lte=now),
            practitioner_id=practitioner_id,
            status__in=LIVE,
            blocked_from__gte=start - LONGEST_BLOCK,
            blocked_from__lt=end,
            blocked_until__gt=start,
        )

    def held_by(self, holder: str) -> Self:
        """The live and lapsed holds of one visitor."""
        return self.filter(status=Status.HELD, holder=holder)

    def lapsed(self, now: datetime) -> Self:
        """Holds whose time is over and which nobody has ended yet."""
        return self.filter(status=Status.HELD, held_until__lte=now)

    def of_client(self, client: Client) -> Self:
        """What a client may see: theirs, and never a hold."""
        return self.filter(client=client).exclude(status__in=[Status.HELD, Status.EXPIRED])

    def upcoming(self, now: datetime) -> Self:
        """Asked for or agreed, and not over yet."""
        return self.filter(status__in=[Status.REQUESTED, Status.CONFIRMED], ends_at__gt=now)

    def over(self, now: datetime) -> Self:
        """Past or called off, the latest first."""
        still = Q(status__in=[Status.REQUESTED, Status.CONFIRMED], ends_at__gt=now)
        return self.exclude(still).order_by("-starts_at")


class Appointment(PublicModel, TimestampedModel):
    """A time that is held, asked for or agreed. `blocked_*` is the session with its buffers."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="appointments"
    )
    session_type = models.ForeignKey(
        SessionType, on_delete=models.PROTECT, related_name="appointments"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    status = models.CharField(max_length=20, choices=Status)
    place = models.CharField(max_length=10, choices=Place)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_from = models.DateTimeField()
    blocked_until = models.DateTimeField()
    # A hold belongs to a visitor (a random token in their session) until a client is known.
    holder = models.CharField(max_length=64, blank=True, db_index=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    held_from = models.CharField(max_length=64, blank=True)  # keyed hash of the address
    held_for = models.CharField(max_length=64, blank=True)  # keyed hash of a proved mail address
    # Snapshots: what was promised when the time was taken.
    price_cents = CentsField(default=0)
    cancel_hours = models.PositiveSmallIntegerField(default=24)
    late_fee_cents = CentsField(default=0)
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545 SEQUENCE
    series = models.ForeignKey(
        AppointmentSeries,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="occurrences",
    )
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # in the series, from 1
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = EncryptedTextField(null=True, blank=True)
    # The therapist's words to a request that she declines: read behind sign-in, never mailed.
    answer = EncryptedTextField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["practitioner", "blocked_from"], name="appointment_by_start"),
            models.Index(
                fields=["held_until"], name="appointment_holds", condition=Q(status="held")
            ),
            models.Index(
                fields=["starts_at"], name="appointment_requests", condition=Q(status="requested")
            ),
        ]
        constraints = [
            NoOverlap(
                name="appointment_no_overlap",
                start="blocked_from",
                end="blocked_until",
                partition="practitioner",
                condition=Q(status__in=[str(status) for status in LIVE]),
            ),
            models.CheckConstraint(
                name="appointment_interval",
                condition=Q(ends_at__gt=F("starts_at"))
                & Q(blocked_from__lte=F("starts_at"))
                & Q(blocked_until__gte=F("ends_at")),
            ),
            models.CheckConstraint(
                name="appointment_longest_block",
                condition=Q(blocked_until__lte=F("blocked_from") + LONGEST_BLOCK),
            ),
            models.CheckConstraint(
                name="appointment_status", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="appointment_hold_ends",
                condition=~Q(status="held") | Q(held_at__isnull=False, held_until__gt=F("held_at")),
            ),
            models.CheckConstraint(
                name="appointment_has_client",
                condition=Q(status__in=["held", "expired"]) | Q(client__isnull=False),
            ),
            models.UniqueConstraint(name="appointment_in_series", fields=["series", "number"]),
            models.CheckConstraint(
                name="appointment_series_number",
                condition=Q(series__isnull=True, number__isnull=True)
                | Q(series__isnull=False, number__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_cancelled_when",
                condition=~Q(status__in=["cancelled", "late_cancelled"])
                | Q(cancelled_at__isnull=False),
            ),
            stamps_diary("appointment_stamps"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk} {self.status}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_kept_for_undo(self) -> bool:
        """Not a visitor's hold: the time that an appointment gave up and may come back to."""
        return self.holder.startswith(KEPT_FOR_UNDO)

    @property
    def policy(self) -> Policy:
        """As it was promised when the time was taken."""
        return Policy(self.cancel_hours, self.late_fee_cents)

    @property
    def free_cancel_until(self) -> datetime:
        """`starts_at` less the policy's hours, in elapsed time (a DST change does not move it)."""
        return self.policy.free_until(self.starts_at)


class ChangeQuerySet(models.QuerySet["AppointmentChange"]):
    def untold(self) -> Self:
        """Of which nobody has been told yet, in the order in which they were made."""
        return self.filter(undone_at__isnull=True, told_at__isnull=True).order_by("made_at", "pk")

    def open(self, now: datetime) -> Self:
        """Those that can still be taken back, oldest first."""
        return self.untold().filter(undo_until__gt=now)


class AppointmentChange(PublicModel):
    """One change that can be taken back for a while, and how the appointment stood before it.

    Nothing is mailed and nothing is charged before `undo_until`. Changes of one `batch` were made
    together (several occurrences of a series), are undone together and told in one mail.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="changes")
    batch = models.UUIDField(db_index=True)
    action = models.CharField(max_length=20)  # of the table of transitions: reschedule, cancel ...
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    was_status = models.CharField(max_length=20, choices=Status)
    was_place = models.CharField(max_length=10, choices=Place)
    was_starts_at = models.DateTimeField()
    was_ends_at = models.DateTimeField()
    was_blocked_from = models.DateTimeField()
    was_blocked_until = models.DateTimeField()
    was_sequence = models.PositiveIntegerField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="change_undone_or_told",
                condition=Q(undone_at__isnull=True) | Q(told_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} of appointment {self.appointment_id}"

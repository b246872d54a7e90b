"""Time: who offers it, by which rules, and who has taken it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Client, User
from booking.policy import Policy
from booking.states import LIVE, Status
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel, TimestampedModel
from portal.shared.money import CentsField
from portal.shared.no_overlap import NoOverlap

LONGEST_BLOCK = timedelta(hours=24)
"""No blocked interval is longer, so a look-up of a day begins at most this much earlier."""

LONGEST_HORIZON_DAYS = 366
GRIDS = (5, 10, 15, 20, 30, 45, 60, 90, 120)
"""Minutes between possible starts; each divides a day, so that starts stand on the clock."""


class Place(models.TextChoices):
    TELEHEALTH = "telehealth", "Video"
    OFFICE = "office", "Office"


class Practitioner(PublicModel):
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="practitioner")
    name = models.CharField(max_length=120)
    credential = models.CharField(max_length=120, blank=True)  # "LCSW, EMDR therapist"
    licence_line = models.CharField(max_length=200, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    bio = models.TextField(blank=True)  # Markdown, public
    how_i_work = models.TextField(blank=True)  # Markdown, public
    video_link = models.URLField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Booking(models.TextChoices):
    INSTANT = "instant", "Confirmed at once"
    REQUEST = "request", "Asked for, then approved"


class Audience(models.TextChoices):
    EVERYONE = "everyone", "Everyone"
    NEW = "new", "New clients"
    EXISTING = "existing", "Existing clients"


class SessionType(PublicModel, TimestampedModel):
    """What can be booked: length, price, ways to meet, and the rules of booking it."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="session_types"
    )
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=300, blank=True)
    is_consult = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField()
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    grid_minutes = models.PositiveSmallIntegerField(default=30)
    price_cents = CentsField(default=0)
    by_telehealth = models.BooleanField(default=True)
    at_office = models.BooleanField(default=True)
    notice_hours = models.PositiveSmallIntegerField(default=24)
    horizon_days = models.PositiveSmallIntegerField(default=60)
    daily_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    booking = models.CharField(max_length=10, choices=Booking, default=Booking.INSTANT)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    cancel_hours = models.PositiveSmallIntegerField(default=24)
    late_fee_cents = CentsField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_type_length", condition=Q(minutes__gte=5, minutes__lte=480)
            ),
            models.CheckConstraint(name="session_type_grid", condition=Q(grid_minutes__in=GRIDS)),
            models.CheckConstraint(
                name="session_type_buffers",
                condition=Q(buffer_before_minutes__lte=240, buffer_after_minutes__lte=240),
            ),
            models.CheckConstraint(
                name="session_type_horizon", condition=Q(horizon_days__lte=LONGEST_HORIZON_DAYS)
            ),
            models.CheckConstraint(
                name="session_type_some_place",
                condition=Q(by_telehealth=True) | Q(at_office=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def places(self) -> list[Place]:
        pairs = ((self.by_telehealth, Place.TELEHEALTH), (self.at_office, Place.OFFICE))
        return [place for offered, place in pairs if offered]

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def policy(self) -> Policy:
        return Policy(self.cancel_hours, self.late_fee_cents)


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
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def closes(self) -> bool:
        return self.kind == ExceptionKind.CLOSED


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
    # Snapshots: what was promised when the time was taken.
    price_cents = CentsField(default=0)
    cancel_hours = models.PositiveSmallIntegerField(default=24)
    late_fee_cents = CentsField(default=0)
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545 SEQUENCE
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = EncryptedTextField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["practitioner", "blocked_from"], name="appointment_by_start"),
            models.Index(
                fields=["held_until"], name="appointment_holds", condition=Q(status="held")
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
            models.CheckConstraint(
                name="appointment_cancelled_when",
                condition=~Q(status__in=["cancelled", "late_cancelled"])
                | Q(cancelled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk} {self.status}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def policy(self) -> Policy:
        """As it was promised when the time was taken."""
        return Policy(self.cancel_hours, self.late_fee_cents)

    @property
    def free_cancel_until(self) -> datetime:
        """`starts_at` less the policy's hours, in elapsed time (a DST change does not move it)."""
        return self.policy.free_until(self.starts_at)

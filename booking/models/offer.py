"""Who offers time, and the kinds of session that can be booked."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from booking.models.version import stamps_diary
from booking.policy import Policy
from portal.shared.models import PublicModel, TimestampedModel
from portal.shared.money import CentsField

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
    video_link = models.URLField(blank=True)
    # Sessions of every type together, by local day and by local week (Monday first).
    daily_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(default=0)  # between two ways to meet

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="practitioner_travel", condition=Q(travel_minutes__lte=240)
            ),
            stamps_diary("practitioner_stamps", field="id"),
        ]

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
    is_packed = models.BooleanField(default=False)  # close to what is booked, no useless holes
    price_cents = CentsField(default=0)
    by_telehealth = models.BooleanField(default=True)
    at_office = models.BooleanField(default=True)
    notice_hours = models.PositiveSmallIntegerField(default=24)
    # "Not before 9:00 on the day after tomorrow": so many local days on, and not before the clock.
    notice_days = models.PositiveSmallIntegerField(default=0)
    notice_clock = models.TimeField(null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField(default=60)
    # The fixed horizon: local dates of sessions, both inclusive.
    open_from = models.DateField(null=True, blank=True)
    open_until = models.DateField(null=True, blank=True)
    daily_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    once_per_client = models.BooleanField(default=False)
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
                name="session_type_notice_days", condition=Q(notice_days__lte=LONGEST_HORIZON_DAYS)
            ),
            models.CheckConstraint(
                name="session_type_open_range",
                condition=Q(open_from__isnull=True)
                | Q(open_until__isnull=True)
                | Q(open_until__gte=F("open_from")),
            ),
            models.CheckConstraint(
                name="session_type_some_place",
                condition=Q(by_telehealth=True) | Q(at_office=True),
            ),
            stamps_diary("session_type_stamps"),
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

"""Calendars outside: the secret feed out, and connections both ways (CalDAV, RFC 4791)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from booking.models.appointment import Appointment
from booking.models.offer import Practitioner
from booking.models.version import stamps_diary
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel, TimestampedModel


class CalendarFeed(PublicModel):
    """A secret address for a calendar program; the database knows the token's hash alone."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    shows_initials = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(name="one_feed", fields=["practitioner"]),
        ]

    def __str__(self) -> str:
        return f"feed {self.pk}"


class CalendarConnection(PublicModel, TimestampedModel):
    """A calendar on somebody's CalDAV server: appointments go there, busy times come from there."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="calendar_connections"
    )
    name = models.CharField(max_length=120)
    server_url = models.URLField(max_length=500)
    calendar_url = models.URLField(max_length=500, blank=True)  # empty until one is chosen
    username = EncryptedTextField()
    password = EncryptedTextField()
    pushes = models.BooleanField(default=True)
    pulls = models.BooleanField(default=True)
    shows_initials = models.BooleanField(default=False)
    sync_token = models.TextField(blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True)  # a code: unreachable, refused ...

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="connection_failure",
                condition=Q(failing_since__isnull=True, failure="")
                | (Q(failing_since__isnull=False) & ~Q(failure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"calendar connection {self.pk}"


class ExternalEvent(models.Model):
    """An event of the therapist's own calendar, kept so that its repeats can be counted anew."""

    connection = models.ForeignKey(
        CalendarConnection, on_delete=models.CASCADE, related_name="events"
    )
    href = models.CharField(max_length=500)
    etag = models.CharField(max_length=200, blank=True)
    source = EncryptedTextField()  # the iCalendar text; nobody's business but hers
    expanded_until = models.DateTimeField()
    is_bad = models.BooleanField(default=False)  # can't be read, so it keeps no time free

    class Meta:
        constraints = [
            models.UniqueConstraint(name="external_event_once", fields=["connection", "href"]),
        ]

    def __str__(self) -> str:
        return f"external event {self.pk}"


class ExternalBusy(models.Model):
    """A time `[starts_at, ends_at)` at which the practitioner is busy elsewhere."""

    event = models.ForeignKey(ExternalEvent, on_delete=models.CASCADE, related_name="busy")
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="external_busy"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        verbose_name_plural = "external busy times"
        indexes = [models.Index(fields=["practitioner", "ends_at"], name="external_busy_by_end")]
        constraints = [
            models.CheckConstraint(
                name="external_busy_interval", condition=Q(ends_at__gt=F("starts_at"))
            ),
            stamps_diary("external_busy_stamps"),
        ]

    def __str__(self) -> str:
        return f"busy {self.pk}"


class PushState(models.TextChoices):
    PUSHED = "pushed", "Up to date"
    CONFLICT = "conflict", "Changed in the other calendar"
    GONE = "gone", "Deleted in the other calendar"


class PushedEvent(models.Model):
    """Our appointment as it stands on the other server; theirs never changes ours by itself."""

    connection = models.ForeignKey(
        CalendarConnection, on_delete=models.CASCADE, related_name="pushed"
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="pushed_events"
    )
    href = models.CharField(max_length=500)
    etag = models.CharField(max_length=200, blank=True)
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PushState, default=PushState.PUSHED)
    their_starts_at = models.DateTimeField(null=True, blank=True)
    their_ends_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pushed_once", fields=["connection", "appointment"]),
            models.CheckConstraint(
                name="pushed_noticed_when",
                condition=Q(state="pushed") | Q(noticed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"pushed event {self.pk} {self.state}"

"""People who wait for an earlier or a better time, and the times that were offered to them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Client
from booking.models.appointment import Appointment
from booking.models.offer import Place, SessionType
from booking.wishes import Wishes
from portal.shared.models import PublicModel, TimestampedModel


class PartOfDay(models.TextChoices):
    MORNING = "morning", "Morning, before 12"
    AFTERNOON = "afternoon", "Afternoon, 12 to 5"
    EVENING = "evening", "Evening, after 5"


class WaitlistState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    BOOKED = "booked", "Has a time"
    LEFT = "left", "Left the list"
    EXPIRED = "expired", "The last day is over"


class WaitlistQuerySet(models.QuerySet["WaitlistEntry"]):
    def waiting(self, today: date) -> Self:
        """Those whose last day has not passed, by the practice's calendar."""
        return self.filter(state=WaitlistState.WAITING).exclude(until_on__lt=today)

    def overdue(self, today: date) -> Self:
        """Those that wait by the table alone: their last day has passed."""
        return self.filter(state=WaitlistState.WAITING, until_on__lt=today)


class WaitlistEntry(PublicModel, TimestampedModel):
    """What somebody waits for; the longest waiting are asked first."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="waitlist_entries")
    session_type = models.ForeignKey(
        SessionType, on_delete=models.PROTECT, related_name="waitlist_entries"
    )
    place = models.CharField(max_length=10, choices=Place, blank=True)  # empty: either way
    weekdays = models.JSONField(default=list)  # numbers, Monday is 0; none: any day
    parts = models.JSONField(default=list)  # of PartOfDay, on the practice's clock; none: any
    until_on = models.DateField(null=True, blank=True)  # the last day that would help
    state = models.CharField(max_length=10, choices=WaitlistState, default=WaitlistState.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WaitlistQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name_plural = "waitlist entries"
        constraints = [
            models.UniqueConstraint(
                name="waitlist_once",
                fields=["client", "session_type"],
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="waitlist_ended_when",
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"waitlist entry {self.pk}"

    @property
    def wishes(self) -> Wishes:
        """What they wait for, as it was saved."""
        return Wishes(self.place, self.weekdays, self.parts, self.until_on)


class OfferState(models.TextChoices):
    OPEN = "open", "Waiting for an answer"
    TAKEN = "taken", "Taken"
    DECLINED = "declined", "Not wanted"
    LAPSED = "lapsed", "No answer"


class WaitlistOffer(PublicModel):
    """One time offered to one person; a hold keeps it for them until `expires_at`."""

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="waitlist_offer"
    )
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.OPEN)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["offered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="waitlist_one_offer", fields=["entry"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="waitlist_offer_expires", condition=Q(expires_at__gt=F("offered_at"))
            ),
            models.CheckConstraint(
                name="waitlist_offer_answered",
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk} {self.state}"

"""Reminders: one row each, written when the appointment is agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment


class Channel(models.TextChoices):
    MAIL = "mail", "E-mail"
    SMS = "sms", "Text message"


class ReminderState(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Not delivered"
    DROPPED = "dropped", "No longer needed"


class Reminder(models.Model):
    """One message about one appointment. `for_start`: the start that it speaks of."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reminders")
    channel = models.CharField(max_length=10, choices=Channel)
    hours_before = models.PositiveSmallIntegerField()
    for_start = models.DateTimeField()
    due_at = models.DateTimeField()  # quiet hours are left out already
    state = models.CharField(max_length=10, choices=ReminderState, default=ReminderState.PLANNED)
    settled_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=80, blank=True)  # a code, never a person's words

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="reminder_once",
                fields=["appointment", "channel", "hours_before", "for_start"],
            ),
            models.CheckConstraint(
                name="reminder_settled_when",
                condition=Q(state="planned", settled_at__isnull=True)
                | (~Q(state="planned") & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk} {self.state}"

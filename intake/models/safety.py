"""Answers that speak of danger."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from booking.models import Practitioner
from intake.fhir.questionnaire import LINK_ID_LIMIT
from intake.models.responses import QuestionnaireResponse
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel


class AlertKind(models.TextChoices):
    SELF_HARM = "self-harm", "Self-harm or suicide"
    UNSAFE = "unsafe", "Not safe where they live"


class SafetyAlertQuerySet(models.QuerySet["SafetyAlert"]):
    def unacknowledged(self) -> SafetyAlertQuerySet:
        return self.filter(acknowledged_at__isnull=True)

    def for_therapist(self, user: User) -> SafetyAlertQuerySet:
        return self.filter(practitioner__user=user)

    def with_answers(self) -> SafetyAlertQuerySet:
        """The client, and the form that speaks of it, without the questionnaire's JSON."""
        return self.select_related(
            "client",
            "response__intake",
            "response__measure",
            "response__paper",
            "response__questionnaire",
        ).defer("response__questionnaire__resource")


class SafetyAlert(PublicModel):
    """An answer that speaks of danger. Open until the therapist says what was done.

    `turn` counts how often it was opened; its steps say what happened in each.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="safety_alerts")
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="safety_alerts"
    )
    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT)
    link_id = models.CharField(max_length=LINK_ID_LIMIT)
    kind = models.CharField(max_length=20, choices=AlertKind, default=AlertKind.SELF_HARM)
    raised_at = models.DateTimeField()
    turn = models.PositiveSmallIntegerField(default=1)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    what_was_done = EncryptedTextField(null=True, blank=True)

    objects = SafetyAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "link_id"],
                name="one_open_alert",
                condition=Q(acknowledged_at__isnull=True),
            ),
            models.CheckConstraint(name="alert_kind", condition=Q(kind__in=AlertKind.values)),
            models.CheckConstraint(
                name="alert_acknowledged_by",
                condition=Q(
                    acknowledged_at__isnull=True,
                    acknowledged_by__isnull=True,
                    what_was_done__isnull=True,
                )
                | Q(
                    acknowledged_at__isnull=False,
                    acknowledged_by__isnull=False,
                    what_was_done__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None


class StepKind(models.TextChoices):
    RAISED = "raised", "Raised"
    MAILED = "mailed", "Mail to the therapist"
    ESCALATED = "escalated", "Mail to the backup address"
    SEEN = "seen", "Seen"
    ACKNOWLEDGED = "acknowledged", "Closed"
    REOPENED = "reopened", "Opened again"


class SafetyStep(models.Model):
    """What happened to an alert, once for each time that it was open. Append-only."""

    alert = models.ForeignKey(SafetyAlert, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=StepKind)
    turn = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=0)  # of the mail; 0: at once
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    words = EncryptedTextField(null=True)  # what was done, or why it is open again

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "kind", "turn", "number"], name="one_step_of_a_kind"
            ),
            models.CheckConstraint(name="step_kind", condition=Q(kind__in=StepKind.values)),
            AppendOnly(name="safety_step_append_only", mutable=("words",)),
        ]

    def __str__(self) -> str:
        return f"step {self.pk} of alert {self.alert_id}"

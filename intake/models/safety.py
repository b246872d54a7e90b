"""Answers that speak of danger."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from intake.fhir.questionnaire import LINK_ID_LIMIT
from intake.models.responses import QuestionnaireResponse
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel


class AlertKind(models.TextChoices):
    SELF_HARM = "self-harm", "Self-harm or suicide"
    UNSAFE = "unsafe", "Not safe where they live"


class SafetyAlertQuerySet(models.QuerySet["SafetyAlert"]):
    def unacknowledged(self) -> SafetyAlertQuerySet:
        return self.filter(acknowledged_at__isnull=True)

    def for_therapist(self, user: User) -> SafetyAlertQuerySet:
        return self.filter(response__intake__appointment__practitioner__user=user)


class SafetyAlert(PublicModel):
    """An answer that speaks of danger. Open until the therapist says what was done."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="safety_alerts")
    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT)
    link_id = models.CharField(max_length=LINK_ID_LIMIT)
    kind = models.CharField(max_length=20, choices=AlertKind, default=AlertKind.SELF_HARM)
    raised_at = models.DateTimeField()
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

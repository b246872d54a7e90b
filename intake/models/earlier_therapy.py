"""A client's own timeline of therapies before this one."""

from __future__ import annotations

from django.db import models

from accounts.models import Client, User
from intake.earlier import Therapy
from intake.models.responses import QuestionnaireResponse
from portal.shared.encryption.fields import EncryptedJSONField
from portal.shared.models import PublicModel, TimestampedModel


class EarlierTherapyQuerySet(models.QuerySet["EarlierTherapy"]):
    def for_client(self, user: User) -> EarlierTherapyQuerySet:
        return self.filter(client__user=user, removed_at__isnull=True)

    def of(self, client: Client) -> EarlierTherapyQuerySet:
        return self.filter(client=client, removed_at__isnull=True)

    def in_time(self) -> list[EarlierTherapy]:
        """The earliest first. When it was is encrypted, so they are put in order here."""
        return sorted(self, key=lambda one: one.therapy.order)


class EarlierTherapy(PublicModel, TimestampedModel):
    """One of them. What it was made from stays noted, so that the intake adds it once."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="earlier_therapies")
    told = EncryptedJSONField(default=dict)  # intake.earlier.Therapy
    response = models.ForeignKey(
        QuestionnaireResponse, null=True, on_delete=models.PROTECT, related_name="+"
    )
    repetition = models.CharField(max_length=60, blank=True)  # path of it in the response
    removed_at = models.DateTimeField(null=True)  # its words went with it

    objects = EarlierTherapyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "earlier therapies"
        constraints = [
            models.UniqueConstraint(fields=["response", "repetition"], name="one_from_each_answer"),
        ]

    def __str__(self) -> str:
        return f"earlier therapy {self.pk}"

    @property
    def therapy(self) -> Therapy:
        return Therapy.of(self.told)

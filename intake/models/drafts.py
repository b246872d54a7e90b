"""Questionnaires that are not published yet, and those that are asked for no more."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from portal.shared.models import PublicModel


class QuestionnaireDraft(PublicModel):
    """A FHIR R4 Questionnaire on its way: read and looked at, and no client has seen it."""

    title = models.CharField(max_length=200)
    resource = models.JSONField()
    sha256 = models.CharField(max_length=64, unique=True)  # the same file again is the same draft
    file_name = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class RetiredQuestionnaire(models.Model):
    """No intake asks for it from now on, whatever a plan says. Its versions and answers stay."""

    slug = models.SlugField(unique=True)
    retired_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.slug} retired"

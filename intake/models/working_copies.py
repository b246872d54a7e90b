"""Questionnaires that are being written, and what each act on them can be taken back to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from intake.models.questionnaires import Questionnaire
from portal.shared.models import PublicModel


class Origin(models.TextChoices):
    NEW = "new", "Written here"
    VERSION = "version", "A published version"
    COPY = "copy", "A copy"
    FILE = "file", "A file"


class WorkingCopy(PublicModel):
    """One questionnaire on the therapist's desk. No client sees it before it is published.

    `revision` grows with every act: a window that shows an older one is told so.
    """

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    resource = models.JSONField()  # FHIR R4 Questionnaire
    origin = models.CharField(max_length=10, choices=Origin)
    based_on = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at"]
        verbose_name_plural = "working copies"
        constraints = [
            models.CheckConstraint(
                name="working_copy_origin", condition=Q(origin__in=Origin.values)
            ),
            models.CheckConstraint(
                name="working_copy_of_what",
                condition=Q(origin__in=["version", "copy"], based_on__isnull=False)
                | Q(origin__in=["new", "file"], based_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"working copy of {self.slug}"


class WorkingCopyStep(models.Model):
    """A working copy as it was before one act, so that the act can be taken back."""

    copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    resource = models.JSONField()
    said = models.CharField(max_length=200)  # what the act did, in words

    class Meta:
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["copy", "revision"], name="one_step"),
        ]

    def __str__(self) -> str:
        return f"step {self.revision} of {self.copy_id}"

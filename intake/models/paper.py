"""Parts of an intake that were filled in on paper and typed in by the practice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from intake.models.responses import QuestionnaireResponse
from portal.shared.models import PublicModel


class PaperSource(PublicModel):
    """Where the answers of one part come from: a sheet, typed in by whom and when.

    It is there from the first letter on; `finished_at` is set when all of the sheet is in.
    """

    response = models.OneToOneField(
        QuestionnaireResponse, on_delete=models.PROTECT, related_name="paper"
    )
    written_on = models.DateField(null=True, blank=True)  # the day on the sheet, if it bears one
    typed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["begun_at"]
        constraints = [
            models.CheckConstraint(
                name="paper_finished_after_begun",
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=models.F("begun_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"paper of response {self.response_id}"

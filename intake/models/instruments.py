"""What a practice decides about instruments: whose wording it may use, and which cut-off."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from intake.models.questionnaires import Questionnaire
from portal.shared.append_only import AppendOnly
from portal.shared.models import PublicModel


class WordingSource(models.TextChoices):
    LINES = "lines", "Pasted, one line an item"
    FHIR = "fhir", "A FHIR Questionnaire"


class ImportedWording(PublicModel):
    """Evidence of who brought an instrument's wording and by what right. Append-only."""

    questionnaire = models.OneToOneField(
        Questionnaire, on_delete=models.PROTECT, related_name="wording"
    )
    pack = models.SlugField()
    pack_version = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=WordingSource)
    licence_basis = models.CharField(max_length=500)  # in the therapist's words
    declaration = models.CharField(max_length=500)  # the sentence that was agreed to
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["-declared_at"]
        constraints = [AppendOnly(name="imported_wording_append_only")]

    def __str__(self) -> str:
        return f"wording of {self.pack}"


class CutOff(models.Model):
    """The published cut-off that the practice picked for an instrument that has several."""

    instrument = models.CharField(max_length=20, unique=True)
    value = models.PositiveSmallIntegerField()
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cut_off_is_published",
                condition=Q(instrument="PCL-5", value__gte=31, value__lte=33),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} at {self.value}"

"""Published questionnaires, and what a kind of session asks for."""

from __future__ import annotations

from django.db import models

from booking.models import SessionType
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Questionnaire as ParsedQuestionnaire
from intake.instruments.catalogue import INSTRUMENTS
from portal.shared.append_only import AppendOnly
from portal.shared.models import PublicModel


class ClinicianOnly(Exception):
    """A clinician asks this in person; no client ever fills it in alone."""


_parsed: dict[str, ParsedQuestionnaire] = {}


class Questionnaire(PublicModel):
    """A published version of a FHIR R4 Questionnaire; never changed once it is there."""

    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    resource = models.JSONField()  # FHIR R4 Questionnaire
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    publisher = ""  # the name of who published it, where a list was read with it

    class Meta:
        ordering = ["slug", "version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="questionnaire_version"),
            AppendOnly(name="questionnaire_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"

    @property
    def parsed(self) -> ParsedQuestionnaire:
        """Read once a process: a published version never changes."""
        if self.sha256 not in _parsed:
            _parsed[self.sha256] = parse_questionnaire(self.resource)
        return _parsed[self.sha256]

    @property
    def is_clinician_only(self) -> bool:
        instrument = INSTRUMENTS.get(self.parsed.instrument)
        return instrument is not None and instrument.is_clinician_only


class IntakePlan(models.Model):
    """What a session type asks for: slugs of questionnaires and consents, in order."""

    session_type = models.OneToOneField(
        SessionType, on_delete=models.CASCADE, related_name="intake_plan"
    )
    questionnaires = models.JSONField(default=list)
    consents = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"plan of {self.session_type_id}"

"""What a client tells: an intake, its parts, every answer and what it was before."""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from accounts.models import Client, User
from booking.models import Appointment
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import Given, answer_from_json, key_of, split_key
from intake.fhir.questionnaire import LINK_ID_LIMIT, Item
from intake.models.consents import ConsentDocument
from intake.models.questionnaires import ClinicianOnly, Questionnaire
from portal.shared.encryption.fields import EncryptedJSONField
from portal.shared.models import PublicModel, TimestampedModel


class IntakeQuerySet(models.QuerySet["Intake"]):
    def for_client(self, user: User) -> IntakeQuerySet:
        return self.filter(client__user=user)

    def for_therapist(self, user: User) -> IntakeQuerySet:
        return self.filter(appointment__practitioner__user=user)

    def with_answers(self) -> IntakeQuerySet:
        return self.select_related(
            "client", "appointment__session_type", "appointment__practitioner__user"
        ).prefetch_related(
            models.Prefetch("responses__questionnaire", Questionnaire.objects.defer("resource")),
            "responses__answers",
        )


class Intake(PublicModel, TimestampedModel):
    """One client's intake for one appointment: parts to fill in, consents to sign."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="intakes")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="intake")
    consents = models.ManyToManyField(ConsentDocument, related_name="+", blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    packet_version = models.PositiveIntegerField(default=0)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"intake {self.pk}"


class ResponseStatus(models.TextChoices):
    IN_PROGRESS = "in-progress", "In progress"
    COMPLETED = "completed", "Completed"
    AMENDED = "amended", "Amended"
    STOPPED = "stopped", "Closed without being sent"


_SAVING = """
SELECT r.id, r.public_id, r.status, r.computed, r.client_id, r.intake_id, r.questionnaire_id,
       q.slug, q.sha256
FROM intake_questionnaireresponse AS r
JOIN accounts_client AS c ON c.id = r.client_id
JOIN intake_questionnaire AS q ON q.id = r.questionnaire_id """
_OF_AN_INTAKE = """
JOIN intake_intake AS i ON i.id = r.intake_id
WHERE c.user_id = %s AND i.public_id = %s AND q.slug = %s"""
_OF_A_MEASURE = """
JOIN intake_measure AS m ON m.response_id = r.id
WHERE c.user_id = %s AND m.public_id = %s"""
_ANSWERS = "SELECT * FROM intake_answer WHERE response_id = %s"


class QuestionnaireResponseQuerySet(models.QuerySet["QuestionnaireResponse"]):
    def lock_for_saving(
        self, *, user: User, intake: UUID, part: str
    ) -> QuestionnaireResponse | None:
        """The user's own, or None, with as little as a save needs; in a transaction.

        Plain SQL: it is asked for at every pause in typing, and to word it takes Django longer
        than the database takes to answer it.
        """
        return self._lock(_OF_AN_INTAKE, user.pk, _plain(intake), part)

    def lock_form_for_saving(self, *, user: User, measure: UUID) -> QuestionnaireResponse | None:
        """The same for a form that is open by itself."""
        return self._lock(_OF_A_MEASURE, user.pk, _plain(measure))

    def _lock(self, which: str, *values: Any) -> QuestionnaireResponse | None:
        locking = " FOR UPDATE OF r" if connection.features.has_select_for_update_of else ""
        response = next(iter(self.raw(_SAVING + which + locking, values)), None)
        if response is not None:
            names = ("id", "slug", "sha256")
            known = (response.questionnaire_id, *(getattr(response, name) for name in names[1:]))
            response.questionnaire = Questionnaire.from_db(self.db, names, known)
        return response

    def with_questionnaire(self) -> QuestionnaireResponseQuerySet:
        """Without its JSON, which is read once a process (Questionnaire.parsed)."""
        return self.select_related("questionnaire").defer("questionnaire__resource")


def _plain(public_id: UUID) -> Any:
    """As the database stores it."""
    return Intake._meta.get_field("public_id").get_db_prep_value(public_id, connection)


class QuestionnaireResponse(PublicModel, TimestampedModel):
    """One questionnaire filled in by a client: a part of an intake, or a form by itself."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="responses")
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="responses"
    )
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
    passed = models.JSONField(default=list)  # slugs of the sections saved and left behind
    status = models.CharField(
        max_length=20, choices=ResponseStatus, default=ResponseStatus.IN_PROGRESS
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    # What FHIRPath made of the answers at the last save: {"values": {key: answer}, "off": [key]}.
    computed = EncryptedJSONField(default=dict)

    objects = QuestionnaireResponseQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "questionnaire"], name="one_response"),
            models.CheckConstraint(
                name="response_submitted_when",
                condition=Q(status__in=["in-progress", "stopped"]) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="response_status_known", condition=Q(status__in=ResponseStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ClinicianOnly: whoever makes responses, such a questionnaire gets none."""
        if self._state.adding and self.questionnaire.is_clinician_only:
            raise ClinicianOnly(self.questionnaire.slug)
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        """The client may still change the answers."""
        return self.status == ResponseStatus.IN_PROGRESS

    @property
    def is_sent(self) -> bool:
        return self.status in (ResponseStatus.COMPLETED, ResponseStatus.AMENDED)

    def given(self) -> Given:
        """The answers in force, by key."""
        by_link_id = self.questionnaire.parsed.by_link_id
        answers = {row.key: row.given(by_link_id[row.link_id]) for row in self.answers.all()}
        computed = self.given_by_expressions()
        return Given({**answers, **computed}, self.computed.get("off", ()))

    def given_by_expressions(self) -> dict[str, GivenAnswer]:
        by_link_id = self.questionnaire.parsed.by_link_id
        return {
            key: answer_from_json(by_link_id[split_key(key)[0]], stored)
            for key, stored in self.computed.get("values", {}).items()
        }


class AnswerQuerySet(models.QuerySet["Answer"]):
    def to_questions(
        self, response: QuestionnaireResponse, link_ids: Set[str]
    ) -> models.query.RawQuerySet[Answer]:
        """Plain SQL for the same reason as `lock_for_saving`."""
        places = ", ".join(["%s"] * len(link_ids)) or "NULL"
        return self.raw(f"{_ANSWERS} AND link_id IN ({places})", [response.pk, *link_ids])


class Answer(models.Model):
    """The answer in force to one question; for a repeating group, which repetitions there are.

    `revision` grows with every change. `path` says in which repetition the question stands.
    """

    response = models.ForeignKey(
        QuestionnaireResponse, on_delete=models.CASCADE, related_name="answers"
    )
    link_id = models.CharField(max_length=LINK_ID_LIMIT)
    path = models.CharField(max_length=60, blank=True)  # see intake.fhir.places
    value = EncryptedJSONField(null=True)  # list of values; null: cleared
    in_person = models.BooleanField(default=False)  # "I'd rather say this in person"
    revision = models.PositiveIntegerField(default=1)
    writer = models.CharField(max_length=40, blank=True)  # the window that it was typed in
    # Other versions, typed in another window at the same time; the client chooses.
    rivals = EncryptedJSONField(null=True)
    updated_at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "link_id", "path"], name="one_answer"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def key(self) -> str:
        return key_of(self.link_id, self.path)

    def given(self, item: Item) -> GivenAnswer:
        return answer_from_json(item, {"values": self.value or [], "in_person": self.in_person})


class AnswerRevision(models.Model):
    """What an answer was before: nothing that a person typed is lost."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    value = EncryptedJSONField(null=True)
    in_person = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "revision"], name="one_revision"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} of answer {self.answer_id}"

    def given(self, item: Item) -> GivenAnswer:
        return answer_from_json(item, {"values": self.value or [], "in_person": self.in_person})


class Score(models.Model):
    """The result of one instrument for one response, made again at each submit."""

    response = models.OneToOneField(
        QuestionnaireResponse, on_delete=models.CASCADE, related_name="score"
    )
    instrument = models.CharField(max_length=20)
    result = EncryptedJSONField()
    scored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"score {self.pk}"

"""What the client tells, signs and receives."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from booking.models import Appointment, SessionType
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import answer_from_json
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Item
from intake.fhir.questionnaire import Questionnaire as ParsedQuestionnaire
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedJSONField, EncryptedTextField
from portal.shared.encryption.storage import private_storage
from portal.shared.models import PublicModel, TimestampedModel

_parsed: dict[str, ParsedQuestionnaire] = {}


class Questionnaire(PublicModel):
    """A published version of a FHIR R4 Questionnaire; never changed once it is there."""

    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    resource = models.JSONField()  # FHIR R4 Questionnaire
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

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


class ConsentKind(models.TextChoices):
    TREATMENT = "treatment", "Consent to treatment"
    PAYMENT = "payment", "Consent to fees"
    PRIVACY = "privacy", "Privacy notice"
    RECORDS = "records", "Electronic records"


class ConsentDocument(PublicModel):
    """A version of a text that clients sign. The text is what was shown, to the byte."""

    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=ConsentKind)
    title = models.CharField(max_length=200)
    intent = models.CharField(max_length=200)  # the sentence that signing agrees to
    text = models.TextField()  # Markdown
    sha256 = models.CharField(max_length=64)
    effective_on = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="consent_version"),
            AppendOnly(name="consent_document_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"


class IntakePlan(models.Model):
    """What a session type asks for: slugs of questionnaires and consents, in order."""

    session_type = models.OneToOneField(
        SessionType, on_delete=models.CASCADE, related_name="intake_plan"
    )
    questionnaires = models.JSONField(default=list)
    consents = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"plan of {self.session_type_id}"


class IntakeQuerySet(models.QuerySet["Intake"]):
    def for_client(self, user: User) -> IntakeQuerySet:
        return self.filter(client__user=user)

    def for_therapist(self, user: User) -> IntakeQuerySet:
        return self.filter(appointment__practitioner__user=user)

    def with_answers(self) -> IntakeQuerySet:
        return self.select_related(
            "client", "appointment__session_type", "appointment__practitioner__user"
        ).prefetch_related("responses__questionnaire", "responses__answers")


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


class QuestionnaireResponse(PublicModel, TimestampedModel):
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
    passed = models.JSONField(default=list)  # slugs of the sections saved and left behind
    status = models.CharField(
        max_length=20, choices=ResponseStatus, default=ResponseStatus.IN_PROGRESS
    )
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "questionnaire"], name="one_response"),
            models.CheckConstraint(
                name="response_submitted_when",
                condition=Q(status="in-progress") | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"

    @property
    def is_open(self) -> bool:
        """The client may still change the answers."""
        return self.status == ResponseStatus.IN_PROGRESS

    def given(self) -> dict[str, GivenAnswer]:
        """The answers in force, by linkId."""
        by_link_id = self.questionnaire.parsed.by_link_id
        return {
            answer.link_id: answer.given(by_link_id[answer.link_id])
            for answer in self.answers.all()
        }


class Answer(models.Model):
    """The answer in force to one question. `revision` grows with every change."""

    response = models.ForeignKey(
        QuestionnaireResponse, on_delete=models.CASCADE, related_name="answers"
    )
    link_id = models.CharField(max_length=120)
    value = EncryptedJSONField(null=True)  # list of values; null: cleared
    in_person = models.BooleanField(default=False)  # "I'd rather say this in person"
    revision = models.PositiveIntegerField(default=1)
    writer = models.CharField(max_length=40, blank=True)  # the window that it was typed in
    # Other versions, typed in another window at the same time; the client chooses.
    rivals = EncryptedJSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "link_id"], name="one_answer"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

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
    link_id = models.CharField(max_length=120)
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


class SignatureMethod(models.TextChoices):
    ELECTRONIC = "electronic", "Signed here"
    PAPER = "paper", "On paper instead"


class ConsentSignature(PublicModel):
    """Evidence of one signing (ESIGN 15 USC 7001, NY State Tech. Law 304). Append-only."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="signatures")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="signatures")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT)
    document_sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=20, choices=SignatureMethod)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signer_role = models.CharField(max_length=20, default="client")
    typed_name = EncryptedTextField(null=True)
    drawn = EncryptedTextField(null=True)  # strokes, as intake.drawing writes them
    intent = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    ip = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    auth_methods = models.JSONField(default=list)
    # The version of the consent to electronic records that was in force; null: on paper.
    records_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            # Someone who asked for paper may sign here after all: two rows, both kept.
            models.UniqueConstraint(fields=["intake", "document", "method"], name="signed_once"),
            models.CheckConstraint(
                name="signature_has_a_name",
                condition=Q(method="paper") | Q(typed_name__isnull=False),
            ),
            AppendOnly(name="signature_append_only", mutable=("typed_name", "drawn")),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class PacketCopy(models.TextChoices):
    CLIENT = "client", "The client's copy"
    THERAPIST = "therapist", "The therapist's copy"


class Packet(PublicModel):
    """One sealed PDF. Never changed, only superseded by a later version."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="packets")
    copy = models.CharField(max_length=10, choices=PacketCopy)
    version = models.PositiveIntegerField()
    file = models.FileField(storage=private_storage, upload_to="packets/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    pages = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "copy", "version"], name="one_packet_a_version"
            ),
            AppendOnly(name="packet_append_only", mutable=("file",)),
        ]

    def __str__(self) -> str:
        return f"packet {self.pk}"

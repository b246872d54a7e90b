"""What the client tells, signs and receives."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from booking.models import Appointment, SessionType
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedJSONField, EncryptedTextField
from portal.shared.encryption.storage import private_storage
from portal.shared.models import PublicModel, TimestampedModel


class Questionnaire(PublicModel):
    """A published version of a FHIR R4 Questionnaire; never changed once it is there."""

    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    resource = models.JSONField()  # FHIR R4 Questionnaire
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="questionnaire_version"),
            AppendOnly(name="questionnaire_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"


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


class Intake(PublicModel, TimestampedModel):
    """One client's intake for one appointment: parts to fill in, consents to sign."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="intakes")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="intake")
    consents = models.ManyToManyField(ConsentDocument, related_name="+", blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    packet_version = models.PositiveIntegerField(default=0)

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


class Answer(models.Model):
    """The answer in force to one question. `revision` grows with every change."""

    response = models.ForeignKey(
        QuestionnaireResponse, on_delete=models.CASCADE, related_name="answers"
    )
    link_id = models.CharField(max_length=120)
    value = EncryptedJSONField(null=True)  # list of values; null: cleared
    in_person = models.BooleanField(default=False)  # "I'd rather say this in person"
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "link_id"], name="one_answer"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnswerRevision(models.Model):
    """What an answer was before: nothing that a person typed is lost."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    value = EncryptedJSONField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "revision"], name="one_revision"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} of answer {self.answer_id}"


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


class SafetyAlert(PublicModel):
    """An answer that speaks of self-harm. Open until the therapist says what was done."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="safety_alerts")
    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT)
    link_id = models.CharField(max_length=120)
    raised_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    what_was_done = EncryptedTextField(null=True, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "link_id"],
                name="one_open_alert",
                condition=Q(acknowledged_at__isnull=True),
            ),
            models.CheckConstraint(
                name="alert_acknowledged_by",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
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
    drawn = EncryptedTextField(null=True)  # SVG path data, validated
    intent = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    ip = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    auth_methods = models.JSONField(default=list)

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "document"], name="signed_once"),
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

"""Texts that clients sign, and the evidence of each signing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel


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
    # What the practice wrote, blanks and all; empty: the starter text of the repository.
    source = models.TextField(blank=True)
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


class SignatureMethod(models.TextChoices):
    ELECTRONIC = "electronic", "Signed here"
    PAPER = "paper", "On paper instead"
    SHEET = "sheet", "Signed on paper"


class SignerRole(models.TextChoices):
    CLIENT = "client", "Client"
    GUARDIAN = "guardian", "Guardian"
    ASSENT = "assent", "Assent of a minor"


class ConsentSignature(PublicModel):
    """Evidence of one signing (ESIGN 15 USC 7001, NY State Tech. Law 304). Append-only.

    `paper` is the wish for paper, `sheet` the signed sheet that came in: `signed_by` is then who
    recorded it, and `signed_on` the day on the sheet.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="signatures")
    intake = models.ForeignKey(
        "intake.Intake", on_delete=models.PROTECT, related_name="signatures", null=True, blank=True
    )
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT)
    document_sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=20, choices=SignatureMethod)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signer_role = models.CharField(max_length=20, choices=SignerRole, default=SignerRole.CLIENT)
    relation = EncryptedTextField(null=True)  # of a guardian, as the practice recorded it
    typed_name = EncryptedTextField(null=True)
    drawn = EncryptedTextField(null=True)  # strokes, as intake.drawing writes them
    intent = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    signed_on = models.DateField(null=True, blank=True)
    note = EncryptedTextField(null=True)
    turn = models.PositiveSmallIntegerField(default=1)  # one more after each withdrawal
    ip = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    auth_methods = models.JSONField(default=list)
    # The version of the consent to electronic records that was in force; null: on paper.
    records_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            # Someone who asked for paper may sign here after all: two rows, both kept.
            models.UniqueConstraint(
                fields=["client", "document", "method", "signed_by", "turn"], name="signed_once"
            ),
            models.CheckConstraint(
                name="signature_has_a_name",
                condition=Q(method="paper") | Q(typed_name__isnull=False),
            ),
            models.CheckConstraint(
                name="sheet_has_a_day",
                condition=~Q(method="sheet") | Q(signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="signer_role_known", condition=Q(signer_role__in=SignerRole.values)
            ),
            AppendOnly(
                name="signature_append_only", mutable=("typed_name", "drawn", "relation", "note")
            ),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"

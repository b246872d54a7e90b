"""What became of a text after it was published: asked again, withdrawn, copied, retired."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from intake.models.consents import ConsentDocument, ConsentSignature, SignerRole
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.encryption.storage import private_storage
from portal.shared.models import PublicModel


class RetiredText(models.Model):
    """A text that the practice asks for no more. Its versions and signatures stay."""

    slug = models.SlugField(unique=True)
    retired_at = models.DateTimeField()
    retired_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"retired {self.slug}"


class ConsentRequest(models.Model):
    """A client is asked to sign a version outside of an intake."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consent_requests")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT, related_name="requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["client", "document"], name="asked_once"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class WithdrawalWay(models.TextChoices):
    PORTAL = "portal", "In the portal"
    TOLD = "told", "Told the practice"
    PAPER = "paper", "In writing on paper"


class ConsentWithdrawal(PublicModel):
    """A consent taken back. The signature stays; from here on it is no longer in force."""

    signature = models.OneToOneField(
        ConsentSignature, on_delete=models.PROTECT, related_name="withdrawal"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="withdrawals")
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=SignerRole, default=SignerRole.CLIENT)
    way = models.CharField(max_length=20, choices=WithdrawalWay, default=WithdrawalWay.PORTAL)
    reason = EncryptedTextField(null=True)
    ip = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    auth_methods = models.JSONField(default=list)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-withdrawn_at"]
        constraints = [
            models.CheckConstraint(
                name="withdrawal_seen_by_whom",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
            AppendOnly(name="withdrawal_append_only", mutable=("reason", "seen_at", "seen_by")),
        ]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class SignedCopy(PublicModel):
    """The sealed PDF of one signature: the text, the name and the evidence of the signing."""

    signature = models.OneToOneField(
        ConsentSignature, on_delete=models.PROTECT, related_name="signed_copy"
    )
    file = models.FileField(storage=private_storage, upload_to="signed/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    pages = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="signed_copy_append_only", mutable=("file",))]

    def __str__(self) -> str:
        return f"signed copy {self.pk}"

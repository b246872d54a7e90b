"""Who may not book here: the practice's own list."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.models import PublicModel


class BlockKind(models.TextChoices):
    EMAIL = "email", "E-mail address"
    DOMAIN = "domain", "Every address of a mail domain"
    NETWORK = "network", "Internet address or network"


class BlockedVisitor(PublicModel):
    """An address that can't book. `value_index` finds it; only the encrypted value can be read."""

    kind = models.CharField(max_length=10, choices=BlockKind)
    value = EncryptedTextField()
    value_index = models.CharField(max_length=64)
    note = EncryptedTextField(null=True, blank=True)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-blocked_at"]
        constraints = [
            models.UniqueConstraint(name="blocked_once", fields=["kind", "value_index"]),
        ]

    def __str__(self) -> str:
        return f"blocked {self.kind} {self.pk}"

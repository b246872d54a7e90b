"""Sealed documents of an intake."""

from __future__ import annotations

from django.db import models

from intake.models.responses import Intake
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.storage import private_storage
from portal.shared.models import PublicModel


class PacketCopy(models.TextChoices):
    CLIENT = "client", "The client's copy"
    THERAPIST = "therapist", "The therapist's copy"
    DATA = "data", "The therapist's copy with data"


ISSUED = (PacketCopy.CLIENT, PacketCopy.THERAPIST)
"""Made of every version; the one with data when the therapist asks for it."""
FOR_THERAPIST = (PacketCopy.THERAPIST, PacketCopy.DATA)


class Packet(PublicModel):
    """One sealed PDF. Never changed, only superseded by a later version."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="packets")
    copy = models.CharField(max_length=10, choices=PacketCopy)
    version = models.PositiveIntegerField()
    file = models.FileField(storage=private_storage, upload_to="packets/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001 - unique or none
    """As printed on its last page; packets of earlier days have none."""
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

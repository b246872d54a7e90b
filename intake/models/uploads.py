"""Documents that clients hand in: made harmless, encrypted, and never opened on our pages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Sum

from accounts.models import Client, User
from intake.models.responses import QuestionnaireResponse
from portal.shared.encryption.fields import EncryptedTextField
from portal.shared.encryption.storage import private_storage
from portal.shared.models import PublicModel
from portal.shared.sizes import size_words

KINDS = {"application/pdf": "PDF", "image/jpeg": "Picture (JPEG)", "image/png": "Picture (PNG)"}


class UploadQuerySet(models.QuerySet["Upload"]):
    def kept(self) -> UploadQuerySet:
        return self.filter(removed_at__isnull=True)

    def for_client(self, user: User) -> UploadQuerySet:
        return self.kept().filter(client__user=user)

    def for_therapist(self, user: User) -> UploadQuerySet:
        """Of the clients who have or had an appointment with this therapist."""
        own = Client.objects.filter(appointments__practitioner__user=user)
        return self.kept().filter(client__in=own)

    def of(self, client: Client) -> UploadQuerySet:
        return self.kept().filter(client=client)

    def total_bytes(self) -> int:
        return self.aggregate(total=Sum("size"))["total"] or 0


class Upload(PublicModel):
    """One document. When it is removed, file and name go, and the row stays without them."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="uploads")
    # The questionnaire that it was handed in for; none when it was given on its own.
    response = models.ForeignKey(
        QuestionnaireResponse, null=True, on_delete=models.PROTECT, related_name="uploads"
    )
    label = EncryptedTextField()  # what the client calls it; empty when it was removed
    file = models.FileField(
        storage=private_storage, upload_to="uploads/%Y/%m", max_length=200, blank=True
    )
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes, as it is kept
    pages = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sha1 = models.CharField(max_length=40)  # what a FHIR Attachment names a file by
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # by the therapist, for the first time
    removed_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="upload_removed_unopened",
                condition=Q(removed_at__isnull=True) | Q(opened_at__isnull=True),
            ),
            models.CheckConstraint(
                name="upload_has_its_file",
                condition=Q(removed_at__isnull=False) | ~Q(file=""),
            ),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def kind(self) -> str:
        return KINDS[self.media_type]

    @property
    def size_words(self) -> str:
        return size_words(self.size)

    @property
    def can_be_removed(self) -> bool:
        """Until the therapist has opened it; what belongs to answers is taken out there."""
        return self.opened_at is None and self.response_id is None

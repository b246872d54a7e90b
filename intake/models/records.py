"""A client's wish for all that is kept about them, and by when it has to be answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from portal.shared.models import BackgroundWork, PublicModel


class RecordsClosed(models.TextChoices):
    TAKEN_BACK = "taken_back", "Taken back by the client"
    OTHERWISE = "otherwise", "Answered in another way"


class RecordsRequestQuerySet(models.QuerySet["RecordsRequest"]):
    def open(self) -> RecordsRequestQuerySet:
        """Not answered yet: the clock runs."""
        return self.filter(released_at=None, closed_at=None)

    def for_client(self, user: User) -> RecordsRequestQuerySet:
        return self.filter(client__user=user)

    def for_therapist(self, user: User) -> RecordsRequestQuerySet:
        return self.filter(client__appointments__practitioner__user=user).distinct()


class RecordsRequest(PublicModel):
    """Asked for by the client, or begun for them. `due_on` is the tenth day (NY PHL 18).

    The archive is the work's; it goes when the work expires, and the request stays.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="records_requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    work = models.ForeignKey(BackgroundWork, on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_as = models.CharField(max_length=20, choices=RecordsClosed, blank=True)

    objects = RecordsRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                name="one_open_records_request",
                condition=Q(released_at__isnull=True, closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="records_released_by_whom",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
            models.CheckConstraint(
                name="records_closed_by_whom",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_as="")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & Q(closed_as__in=RecordsClosed.values)
                ),
            ),
            models.CheckConstraint(
                name="records_released_or_closed",
                condition=Q(released_at__isnull=True) | Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"records request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.released_at is None and self.closed_at is None

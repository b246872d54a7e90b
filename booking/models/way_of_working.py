"""How a therapist says she works: one row a version, never changed once clients could read it."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts.models import User
from booking.models.offer import Practitioner
from portal.shared.append_only import AppendOnly


class WayQuerySet(models.QuerySet["WayOfWorking"]):
    def current(self, practitioner: Practitioner) -> WayOfWorking | None:
        return self.filter(practitioner=practitioner.pk).order_by("version").last()

    def shown_at(self, practitioner: Practitioner, moment: datetime) -> WayOfWorking | None:
        """What a visitor read then; None before the first version."""
        return self.filter(published_at__lte=moment).current(practitioner)


class WayOfWorking(models.Model):
    """A version of the page "How I work". The texts are Markdown, the lists are JSON."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="ways_of_working"
    )
    version = models.PositiveIntegerField(default=1)
    opening = models.TextField(blank=True)
    places = models.JSONField(default=dict)  # dimension's code: step's name
    sentences = models.JSONField(default=dict)  # dimension's code: her own words on it
    phases = models.JSONField(default=list)  # [{"title", "text"}], in order
    not_for = models.JSONField(default=list)  # whom she is not right for, a line each
    first_conversation = models.TextField(blank=True)
    more = models.TextField(blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = WayQuerySet.as_manager()

    class Meta:
        ordering = ["practitioner", "version"]
        verbose_name_plural = "ways of working"
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "version"], name="way_version"),
            AppendOnly(name="way_of_working_frozen"),
        ]

    def __str__(self) -> str:
        return f"way of working {self.version}"

    @property
    def is_blank(self) -> bool:
        return not any(getattr(self, name) for name in WORDS)


WORDS = (
    "opening", "places", "sentences", "phases", "not_for", "first_conversation", "more",
)  # fmt: skip
"""The fields that she writes and clients read."""

"""Questionnaires that come again: a plan for a client, and each time that it opens a form."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from booking.models import Practitioner
from intake.models.questionnaires import Questionnaire
from intake.models.responses import QuestionnaireResponse, QuestionnaireResponseQuerySet
from portal.shared.models import PublicModel, TimestampedModel

LONGEST_WEEKS = 52


class PlanState(models.TextChoices):
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    ENDED = "ended", "Ended"


class MeasurePlanQuerySet(models.QuerySet["MeasurePlan"]):
    def for_therapist(self, user: User) -> MeasurePlanQuerySet:
        return self.filter(practitioner__user=user)

    def of(self, client: Client) -> MeasurePlanQuerySet:
        return self.filter(client=client)


class MeasurePlan(PublicModel, TimestampedModel):
    """A questionnaire for one client every so many weeks, or once where `every_weeks` is null.

    `turn` grows whenever the therapist changes the plan: what was set going before then does
    nothing any more.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="measure_plans")
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="measure_plans"
    )
    slug = models.SlugField()  # of the questionnaire; each time its newest version
    every_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=PlanState, default=PlanState.ACTIVE)
    turn = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = MeasurePlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "slug"],
                name="one_plan_that_repeats",
                condition=Q(every_weeks__isnull=False) & ~Q(state="ended"),
            ),
            models.CheckConstraint(
                name="plan_every_weeks",
                condition=Q(every_weeks__isnull=True)
                | Q(every_weeks__gte=1, every_weeks__lte=LONGEST_WEEKS),
            ),
            models.CheckConstraint(
                name="plan_ends_after_it_starts",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(name="plan_state", condition=Q(state__in=PlanState.values)),
        ]

    def __str__(self) -> str:
        return f"measure plan {self.pk}"


class MeasureState(models.TextChoices):
    OPEN = "open", "Open"
    SENT = "sent", "Sent"
    DECLINED = "declined", "Not now"
    LAPSED = "lapsed", "Not filled in"
    WITHDRAWN = "withdrawn", "Withdrawn"


class MeasureQuerySet(models.QuerySet["Measure"]):
    def for_client(self, user: User) -> MeasureQuerySet:
        return self.filter(response__client__user=user)

    def for_therapist(self, user: User) -> MeasureQuerySet:
        return self.filter(plan__practitioner__user=user)

    def open(self) -> MeasureQuerySet:
        return self.filter(state=MeasureState.OPEN)

    def with_questionnaire(self) -> MeasureQuerySet:
        """Without its JSON, which is read once a process."""
        return self.select_related("plan", "response__questionnaire").defer(
            "response__questionnaire__resource"
        )


class Measure(PublicModel):
    """One time that a plan opened its form, until it was sent or `lapses_at` has come."""

    plan = models.ForeignKey(MeasurePlan, on_delete=models.PROTECT, related_name="measures")
    response = models.OneToOneField(
        QuestionnaireResponse, on_delete=models.PROTECT, related_name="measure"
    )
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=MeasureState, default=MeasureState.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="one_measure_a_day"),
            models.CheckConstraint(
                name="measure_settled_when",
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="measure_state", condition=Q(state__in=MeasureState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"measure {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == MeasureState.OPEN

    @property
    def responses(self) -> QuestionnaireResponseQuerySet:
        """As an intake has them; here there is one."""
        return QuestionnaireResponse.objects.filter(measure=self)

    @property
    def questionnaire(self) -> Questionnaire:
        return self.response.questionnaire

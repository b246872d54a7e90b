"""What the therapist sees of her calendars outside: how each is, and what waits for her."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from booking.calendar_words import Problem, problem
from booking.models import CalendarConnection, Practitioner, PushedEvent, PushState

WORTH_TELLING = timedelta(hours=1)
"""A server that is away for minutes is no news."""


@dataclass(frozen=True, slots=True)
class Card:
    """One calendar."""

    connection: CalendarConnection
    problem: Problem | None
    bad_events: int
    left_to_remove: int

    @property
    def is_ending(self) -> bool:
        """Disconnected, and our events are being taken out."""
        return not (self.connection.pushes or self.connection.pulls)

    @property
    def needs_password(self) -> bool:
        return self.connection.failure == "refused"


@dataclass(frozen=True, slots=True)
class Trouble:
    """For the page of the day: calendars that have failed for long, and open questions."""

    failing: list[CalendarConnection]
    conflicts: int


def cards(practitioner: Practitioner) -> list[Card]:
    """Every calendar that was chosen."""
    rows = (
        CalendarConnection.objects.filter(practitioner=practitioner)
        .exclude(calendar_url="")
        .annotate(
            bad=Count("events", filter=Q(events__is_bad=True), distinct=True),
            left=Count("pushed", distinct=True),
        )
    )
    return [
        Card(
            connection=row,
            problem=problem(row.failure) if row.failure else None,
            bad_events=row.bad,
            left_to_remove=row.left,
        )
        for row in rows
    ]


def conflicts(practitioner: Practitioner) -> QuerySet[PushedEvent]:
    """Our events that were changed or deleted there, the longest waiting first."""
    return (
        PushedEvent.objects.filter(connection__practitioner=practitioner, connection__pushes=True)
        .exclude(state=PushState.PUSHED)
        .select_related("connection", "appointment__client", "appointment__session_type")
        .order_by("noticed_at", "pk")
    )


def trouble(practitioner: Practitioner, *, now: datetime) -> Trouble:
    """What the page of the day tells; two small queries."""
    failing = CalendarConnection.objects.filter(
        practitioner=practitioner, failing_since__lte=now - WORTH_TELLING
    )
    return Trouble(list(failing), conflicts(practitioner).order_by().count())

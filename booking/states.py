"""The life of an appointment: the one table that says what may follow what, and by whom.

`docs/appointment-states.md` is generated from this table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices


class Status(TextChoices):
    HELD = "held", "Held"
    REQUESTED = "requested", "Requested"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    LATE_CANCELLED = "late_cancelled", "Cancelled late"
    NO_SHOW = "no_show", "Missed"
    EXPIRED = "expired", "Hold ended"


class Party(StrEnum):
    VISITOR = "visitor"
    CLIENT = "client"
    THERAPIST = "therapist"
    PORTAL = "portal"


# These keep their time: no other appointment may touch it. Completed and missed sessions stay
# in the list, so that nothing can be entered over what has taken place.
LIVE = (Status.HELD, Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Transition:
    action: str
    source: Status | None  # None: the appointment comes into being
    target: Status
    by: tuple[Party, ...]
    meaning: str
    mail: str = ""  # the one mail that the client gets for it, of templates/email/booking/
    can_be_undone: bool = False  # for three minutes, and nothing is mailed or charged before


V, C, T, P = Party.VISITOR, Party.CLIENT, Party.THERAPIST, Party.PORTAL
UNDO = "undo_"

STEPS = (
    Transition("hold", None, Status.HELD, (V, C), "An open time is kept for a short while."),
    Transition("offer", None, Status.HELD, (P,), "A time that opened is kept for who waits."),
    Transition(
        "book_for_client", None, Status.CONFIRMED, (T,), "The therapist enters it.", "confirmed"
    ),
    Transition("extend", Status.HELD, Status.HELD, (V, C), "Kept longer while the person pays."),
    Transition(
        "confirm", Status.HELD, Status.CONFIRMED, (C,), "The person's details are in.", "confirmed"
    ),
    Transition(
        "request", Status.HELD, Status.REQUESTED, (C,), "The therapist is asked first.", "requested"
    ),
    Transition("release", Status.HELD, Status.EXPIRED, (V, C), "The person gives the time back."),
    Transition("expire", Status.HELD, Status.EXPIRED, (P,), "The hold's time is over."),
    Transition(
        "approve",
        Status.REQUESTED,
        Status.CONFIRMED,
        (T,),
        "The therapist agrees.",
        "confirmed",
        can_be_undone=True,
    ),
    Transition(
        "decline",
        Status.REQUESTED,
        Status.CANCELLED,
        (T,),
        "The therapist can't.",
        "declined",
        can_be_undone=True,
    ),
    Transition(
        "cancel",
        Status.REQUESTED,
        Status.CANCELLED,
        (C,),
        "Withdrawn before an answer.",
        "withdrawn",
        can_be_undone=True,
    ),
    Transition(
        "lapse",
        Status.REQUESTED,
        Status.CANCELLED,
        (P,),
        "It came too near without an answer.",
        "lapsed",
    ),
    Transition(
        "reschedule",
        Status.CONFIRMED,
        Status.CONFIRMED,
        (C, T),
        "Moved to another time.",
        "moved",
        can_be_undone=True,
    ),
    Transition(
        "cancel",
        Status.CONFIRMED,
        Status.CANCELLED,
        (C, T),
        "In time, or by the therapist; nothing is owed.",
        "cancelled",
        can_be_undone=True,
    ),
    Transition(
        "cancel_late",
        Status.CONFIRMED,
        Status.LATE_CANCELLED,
        (C,),
        "After the free period.",
        "cancelled",
        can_be_undone=True,
    ),
    Transition(
        "complete",
        Status.CONFIRMED,
        Status.COMPLETED,
        (T,),
        "The session took place.",
        can_be_undone=True,
    ),
    Transition(
        "mark_no_show",
        Status.CONFIRMED,
        Status.NO_SHOW,
        (T,),
        "The client did not come.",
        can_be_undone=True,
    ),
    Transition(
        "complete",
        Status.NO_SHOW,
        Status.COMPLETED,
        (T,),
        "Corrected: it took place.",
        can_be_undone=True,
    ),
    Transition(
        "mark_no_show",
        Status.COMPLETED,
        Status.NO_SHOW,
        (T,),
        "Corrected: missed.",
        can_be_undone=True,
    ),
)
# Whoever took such a step may take it back; the mail that was not sent yet is not sent then.
WAYS_BACK = tuple(
    Transition(
        f"{UNDO}{step.action}",
        step.target,
        step.source,
        step.by,
        "Within three minutes, by the one who did it.",
    )
    for step in STEPS
    if step.can_be_undone and step.source
)
TRANSITIONS = STEPS + WAYS_BACK


class NotAllowed(Exception):
    """This action does not follow from the appointment's state, or not by this party."""


def target_of(action: str, source: Status | str | None, by: Party) -> Status:
    """The state that follows; raises NotAllowed where the table has no such row."""
    for row in TRANSITIONS:
        if row.action == action and row.source == source and by in row.by:
            return row.target
    raise NotAllowed(f"{action} from {source or 'nothing'} by {by}")


def check_undo(action: str, source: Status | str, target: Status | str, by: Party) -> None:
    """Raise NotAllowed unless the table leads back from `source` to `target` for this action."""
    ways = (row for row in WAYS_BACK if row.action == f"{UNDO}{action}" and by in row.by)
    if not any(row.source == source and row.target == target for row in ways):
        raise NotAllowed(f"undo of {action} from {source} to {target} by {by}")


def as_markdown() -> str:
    """The table and its diagram as the page docs/appointment-states.md."""
    return "\n".join([*_heading(), *_diagram(), *_table()]) + "\n"


def _heading() -> Iterator[str]:
    yield "# The states of an appointment"
    yield ""
    yield "Generated by `python manage.py appointment_states` from `booking/states.py`."
    yield ""
    names = ", ".join(f"`{state}`" for state in LIVE)
    yield f"These states keep their time free of anything else: {names}."
    yield ""


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for row in TRANSITIONS:
        yield f"    {row.source or '[*]'} --> {row.target}: {row.action}"
    yield "```"
    yield ""


def _table() -> Iterator[str]:
    yield "| Action | From | To | By | Meaning | Mail to the client | Undo |"
    yield "|---|---|---|---|---|---|---|"
    for row in TRANSITIONS:
        by = ", ".join(row.by)
        undo = "3 minutes" if row.can_be_undone else ""
        yield (
            f"| {row.action} | {row.source or ''} | {row.target} | {by} | {row.meaning} "
            f"| {row.mail} | {undo} |"
        )

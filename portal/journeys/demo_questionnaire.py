"""The demo practice's own questionnaire, written with the editor's acts: two versions of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from intake.fhir import arranging
from intake.fhir.editing import content_of, edit
from intake.fhir.editing_answers import add_answer, mark_answer, move_answer
from intake.fhir.editing_conditions import Comparison, Wanted, add_conditions
from intake.fhir.kinds import Kind
from intake.fhir.parsing import read_questionnaire
from intake.fhir.tree import Json
from intake.models import AlertKind, Questionnaire, WorkingCopy
from intake.services import working_copies

FIRST_PUBLISHED, CHANGED = timedelta(days=70), timedelta(days=12)
HEAD = working_copies.Head(
    "Since we last met", "Sent before a session when somebody wants to write first.", True
)
TRIED = ("Breathing slowly", "A walk", "Talking to somebody", "Writing it down", "Nothing helped")
THOUGHTS = ("No", "Now and then", "Often")


class _Desk:
    """One person writing: each line is an act, as it would be on the page."""

    def __init__(self, copy: WorkingCopy, by: User, now: datetime) -> None:
        self.copy, self.by, self.now = copy, by, now

    def do(self, said: str, act: Callable[[Json], Json]) -> None:
        self.copy = working_copies.change(
            copy=self.copy, edit=act, said=said, by=self.by, now=self.now
        )

    def add(self, kind: Kind, text: str, into: str = "") -> str:
        added = arranging.add(self.copy.resource, kind=kind, text=text, into=into)
        self.do(f"Added “{text}”", lambda _: added.resource)
        return added.at

    def write(self, link_id: str, **wanted: object) -> None:
        item = read_questionnaire(self.copy.resource).questionnaire.by_link_id[link_id]
        content = replace(content_of(item), **wanted)  # type: ignore[arg-type]
        self.do(f"Changed “{item.text}”", lambda told: edit(told, item, content))

    def offer(self, link_id: str, *answers: str) -> None:
        for words in answers:
            self.do(f"Added “{words}”", partial(add_answer, link_id=link_id, words=words))

    def mark(self, link_id: str, place: int, **how: object) -> None:
        self.do("Marked an answer", lambda told: mark_answer(told, link_id, place, **how))  # type: ignore[arg-type]

    def show_when(self, link_id: str, question: str, comparison: Comparison, *answers: str) -> None:
        parsed = read_questionnaire(self.copy.resource).questionnaire
        item, asked = parsed.by_link_id[link_id], parsed.by_link_id[question]
        wanted = Wanted(question, comparison, answers)
        self.do("Added a condition", lambda told: add_conditions(told, item, asked, wanted))

    def publish(self) -> None:
        working_copies.publish(
            copy=self.copy, revision=self.copy.revision, by=self.by, now=self.now
        )


def publish_own_questionnaire(*, by: User, now: datetime) -> None:
    """The version of some weeks ago, and one with what was changed since."""
    then = now - FIRST_PUBLISHED
    _first(_Desk(working_copies.begin(head=HEAD, by=by, now=then), by, then))
    first = Questionnaire.objects.get(title=HEAD.title)
    then = now - CHANGED
    _second(_Desk(working_copies.open_version(questionnaire=first, by=by, now=then), by, then))


def _first(desk: _Desk) -> None:
    week = desk.add(Kind.SECTION, "How it has been")
    mood = desk.add(Kind.SCALE, "How have you been, all in all?", week)
    desk.write(mood, lower="very low", upper="very well")
    came = desk.add(Kind.YES_NO, "Did something from our last session come back to you?", week)
    what = desk.add(Kind.LONG, "What was it?", week)
    desk.show_when(what, came, Comparison.IS, "true")
    tried = desk.add(Kind.SEVERAL, "What did you try when it was hard?", week)
    desk.offer(tried, *TRIED)
    desk.write(tried, has_other=True)
    desk.mark(tried, len(TRIED) - 1, is_exclusive=True)
    care = desk.add(Kind.ONE, "Did you think of hurting yourself?", week)
    desk.offer(care, *THOUGHTS)
    desk.write(care, is_required=True)
    for place in (1, 2):
        desk.mark(care, place, safety=AlertKind.SELF_HARM)
    desk.write(week, is_heavy=True)
    ahead = desk.add(Kind.SECTION, "For our next session")
    desk.add(Kind.LONG, "Where would you like to begin?", ahead)
    desk.publish()


def _second(desk: _Desk) -> None:
    desk.write(
        "did-something-from-our-last-session-come",
        text="Did something from our last session come back to you, awake or in a dream?",
    )
    desk.write("what-was-it", help="A few words will do.")
    tried = "what-did-you-try-when-it-was"
    desk.offer(tried, "The calm place")
    desk.do("Moved an answer", lambda told: move_answer(told, tried, len(TRIED), -1))
    slow = desk.add(Kind.YES_NO, "Would you like us to go more slowly?", "for-our-next-session")
    moved = arranging.move(desk.copy.resource, slow, -1).resource
    desk.do("Moved up", lambda _: moved)
    desk.publish()

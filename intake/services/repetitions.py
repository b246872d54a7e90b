"""Repetitions of a group: one more, one fewer, and one put back.

Which ones there are is an answer to the group. What was typed in one that is taken away stays
where it is, unused, until the repetition is put back.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import key_of
from intake.fhir.places import MOST_REPETITIONS, join, least, most, numbers
from intake.fhir.questionnaire import Item, Questionnaire
from intake.fhir.wording import words
from intake.models import Answer, QuestionnaireResponse
from intake.services.answer_rows import Rows, given_by, lock_open, row_for, rows_of, write
from intake.services.computing import recompute
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()


class TooMany(Exception):
    """The group may not repeat more often."""


class TooFew(Exception):
    """The group has to stand there this often."""


@transaction.atomic
def add(
    *,
    response: QuestionnaireResponse,
    group: Item,
    path: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> int:
    """The number of the new repetition; none is ever used twice. Raises TooMany, AlreadySent."""
    locked = lock_open(response)
    rows = rows_of(locked)
    present = numbers(group, path, given_by(rows, locked))
    if len(present) >= most(group):
        raise TooMany
    number = max((*present, *_used(rows, locked.questionnaire.parsed, group, path))) + 1
    _note(locked, rows, group, path, (*present, number), now=now)
    _begin(locked, rows, group, join(path, number), now=now)
    _finish(locked, rows, "intake.repetition.add", by=by, now=now, source=source)
    return number


@transaction.atomic
def remove(
    *,
    response: QuestionnaireResponse,
    group: Item,
    path: str,
    number: int,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> None:
    """Nothing typed in it is deleted, and twice is once. Raises TooFew, AlreadySent."""
    locked = lock_open(response)
    rows = rows_of(locked)
    present = numbers(group, path, given_by(rows, locked))
    if number not in present:
        return
    if len(present) <= least(group):
        raise TooFew
    left = tuple(other for other in present if other != number)
    _note(locked, rows, group, path, left, now=now)
    _finish(locked, rows, "intake.repetition.remove", by=by, now=now, source=source)


@transaction.atomic
def restore(
    *,
    response: QuestionnaireResponse,
    group: Item,
    path: str,
    number: int,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> None:
    """Raises TooMany, AlreadySent."""
    locked = lock_open(response)
    rows = rows_of(locked)
    present = numbers(group, path, given_by(rows, locked))
    if number in present:
        return
    if len(present) >= most(group):
        raise TooMany
    _note(locked, rows, group, path, tuple(sorted((*present, number))), now=now)
    _finish(locked, rows, "intake.repetition.restore", by=by, now=now, source=source)


def bring_back(
    locked: QuestionnaireResponse, rows: Rows, item: Item, path: str, *, now: datetime
) -> None:
    """What was typed into a repetition that another window removed puts it back."""
    answers = given_by(rows, locked)
    for group, outer, number in _spots(locked.questionnaire.parsed, item, path):
        present = numbers(group, outer, answers)
        if number not in present and len(present) < MOST_REPETITIONS:
            _note(locked, rows, group, outer, tuple(sorted((*present, number))), now=now)


def _numbers(path: str) -> list[int]:
    return [int(number) for number in path.split(".")] if path else []


def _used(rows: Rows, parsed: Questionnaire, group: Item, path: str) -> list[int]:
    """The numbers of all repetitions that something was ever typed into."""
    depth = len(_numbers(path))
    within = f"{path}." if path else ""
    return [
        _numbers(row.path)[depth]
        for row in rows.values()
        if group in parsed.loops[row.link_id] and row.path.startswith(within)
    ] + [
        number
        for row in rows.values()
        if row.link_id == group.link_id and row.path == path
        for revision in row.revisions.all()
        for number in revision.given(group).values
        if isinstance(number, int)
    ]


def _note(
    locked: QuestionnaireResponse,
    rows: Rows,
    group: Item,
    path: str,
    present: tuple[int, ...],
    *,
    now: datetime,
) -> None:
    row = row_for(rows, locked, group, path)
    write(row, GivenAnswer(present), rows=rows, writer="", now=now)


def _begin(
    locked: QuestionnaireResponse, rows: Rows, group: Item, path: str, *, now: datetime
) -> None:
    """What an item begins with stands in a new repetition too."""
    for item in group.walk():
        is_direct = locked.questionnaire.parsed.loops[item.link_id][-1:] == (group,)
        if item.is_question and is_direct and item.initial:
            row = row_for(rows, locked, item, path)
            write(row, GivenAnswer(item.initial), rows=rows, writer="", now=now)


def _finish(
    locked: QuestionnaireResponse,
    rows: Rows,
    action: str,
    *,
    by: User,
    now: datetime,
    source: Source,
) -> None:
    recompute(locked, rows, now=now)
    audit.record(
        action=action,
        by=by,
        obj=locked,
        client=locked.client,
        source=source,
        now=now,
    )


def filled_in(rows: Mapping[str, Answer], parsed: Questionnaire) -> dict[str, dict[int, str]]:
    """By the key of each repeating group: its repetitions that hold words, and the first of them.

    Those that were removed are among them.
    """
    found: dict[str, dict[int, str]] = {}
    for row in rows.values():
        item = parsed.by_link_id[row.link_id]
        told = words(item, row.given(item)) if item.is_question else ()
        for group, path, number in _spots(parsed, item, row.path) if told else ():
            found.setdefault(key_of(group.link_id, path), {}).setdefault(number, told[0])
    return found


def _spots(parsed: Questionnaire, item: Item, path: str) -> Iterator[tuple[Item, str, int]]:
    """Each repeating group around an item: the group, its own path, and which repetition."""
    outer = ""
    for group, number in zip(parsed.loops[item.link_id], _numbers(path), strict=True):
        yield group, outer, number
        outer = join(outer, number)

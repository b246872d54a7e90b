"""Keeping answers as they are given: every change is kept, no window overwrites another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Client, Practice, User
from intake.fhir.answers import BLANK, answer_from_json, answer_to_json, key_of
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.checking import Problem, check_answer
from intake.fhir.questionnaire import Item, ItemType
from intake.merging import Outcome, merge
from intake.models import Answer, AnswerRevision, QuestionnaireResponse, SafetyAlert
from intake.services import safety
from intake.services.answer_rows import Rows, lock_open, row_for, rows_of, write
from intake.services.computing import recompute
from intake.services.repetitions import bring_back
from portal.shared import audit
from portal.shared.request import Source

NOWHERE = Source()
CURRENT = "current"
BOTH = "both"


class NoSuchVersion(Exception):
    """There is no other version of this answer to choose."""


@dataclass(frozen=True)
class Change:
    """An answer as a window posts it, with the revision that the window was showing."""

    item: Item
    given: GivenAnswer
    shown_revision: int
    path: str = ""

    @property
    def key(self) -> str:
        return key_of(self.item.link_id, self.path)


@dataclass
class Saved:
    """What became of the changes; `applied` and `rivals` name answers by key."""

    problems: list[Problem] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)
    alerts: list[SafetyAlert] = field(default_factory=list)


@transaction.atomic
def save_answers(
    *,
    response: QuestionnaireResponse,
    changes: Sequence[Change],
    writer: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> Saved:
    """Keep what can be kept and say what can't be. Raises AlreadySent."""
    locked = lock_open(response)
    rows = rows_of(locked)
    return save_locked(
        locked=locked, rows=rows, changes=changes, writer=writer, by=by, now=now, source=source
    )


def save_locked(
    *,
    locked: QuestionnaireResponse,
    rows: Rows,
    changes: Sequence[Change],
    writer: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> Saved:
    """The same for a response that this transaction has locked; `rows` is brought up to date."""
    older = _older(rows, changes)
    today = _today(changes, now)
    saved = Saved()
    for change in changes:
        problems = check_answer(change.item, change.given, today=today, path=change.path)
        saved.problems += problems
        if not problems:
            row = row_for(rows, locked, change.item, change.path)
            shown = _shown(row, change, older)
            _place(row, change, shown, rows=rows, writer=writer, now=now, saved=saved)
    if saved.applied or saved.rivals:
        for change in changes:
            if change.path and change.key in (*saved.applied, *saved.rivals):
                bring_back(locked, rows, change.item, change.path, now=now)
        recompute(locked, rows, now=now)
        _record(locked, saved, changes, by=by, now=now, source=source)
    return saved


def _today(changes: Sequence[Change], now: datetime) -> date:
    """The practice's; it is looked up only where a day was typed."""
    has_day = any(isinstance(value, date) for change in changes for value in change.given.values)
    return now.astimezone(Practice.get().zone).date() if has_day else now.date()


def _older(rows: Mapping[str, Answer], changes: Sequence[Change]) -> dict[tuple[int, int], Any]:
    """The revisions that stale windows were showing, in one query if there are any."""
    stale = {
        rows[change.key].pk: change.shown_revision
        for change in changes
        if change.key in rows and rows[change.key].revision != change.shown_revision
    }
    if not stale:
        return {}
    found = AnswerRevision.objects.filter(answer__in=stale, revision__in=set(stale.values()))
    return {(row.answer_id, row.revision): row for row in found}


def _shown(
    row: Answer, change: Change, older: Mapping[tuple[int, int], AnswerRevision]
) -> GivenAnswer:
    """What the window had on the page."""
    if change.shown_revision == row.revision:
        return row.given(change.item)
    revision = older.get((row.pk, change.shown_revision))
    return revision.given(change.item) if revision else BLANK


def _place(
    row: Answer,
    change: Change,
    shown: GivenAnswer,
    *,
    rows: Rows,
    writer: str,
    now: datetime,
    saved: Saved,
) -> None:
    outcome = merge(
        current=row.given(change.item),
        shown=shown,
        given=change.given,
        is_own=bool(writer) and row.writer == writer,
    )
    if outcome is Outcome.APPLIED:
        write(row, change.given, rows=rows, writer=writer, now=now)
        saved.applied.append(row.key)
    elif outcome is Outcome.RIVAL:
        _keep_rival(row, change.given, writer=writer)
        saved.rivals.append(row.key)


def _keep_rival(row: Answer, given: GivenAnswer, *, writer: str) -> None:
    """One version a window: what the same window types on replaces its own."""
    others = [rival for rival in row.rivals or () if rival["writer"] != writer]
    row.rivals = [*others, {**answer_to_json(given), "writer": writer}]
    row.save(update_fields=["rivals"])  # a rival has an answer in force beside it


def _record(
    response: QuestionnaireResponse,
    saved: Saved,
    changes: Sequence[Change],
    *,
    by: User,
    now: datetime,
    source: Source,
) -> None:
    for change in changes:
        kind = safety.safety_kind(change.item, change.given)
        if kind and change.key in (*saved.applied, *saved.rivals):
            alert = safety.raise_alert(
                response=response, item=change.item, kind=kind, by=by, now=now, source=source
            )
            saved.alerts += [alert] if alert else []
    audit.record(
        action="intake.answers.save",
        by=by,
        obj=response,
        client=Client(pk=response.client_id),
        source=source,
        detail={"answers": len(saved.applied), "second_versions": len(saved.rivals)},
        now=now,
    )


@transaction.atomic
def keep_version(
    *,
    response: QuestionnaireResponse,
    item: Item,
    choice: str,
    path: str = "",
    writer: str,
    by: User,
    now: datetime,
    source: Source = NOWHERE,
) -> None:
    """Choose between two versions: "current", "both" for free text, or the rival's number.

    The versions that were not chosen stay among the revisions. Raises NoSuchVersion, AlreadySent.
    """
    locked = lock_open(response)
    rows = rows_of(locked)
    row = rows.get(key_of(item.link_id, path))
    if row is None or not row.rivals:
        raise NoSuchVersion
    current = row.given(item)
    rivals = [answer_from_json(item, rival) for rival in row.rivals]
    chosen = _choose(item, current, rivals, choice)
    row.rivals = None
    for version in (*rivals, chosen):
        if version != row.given(item):
            write(row, version, rows=rows, writer=writer, now=now)
    row.save(update_fields=["rivals"])
    recompute(locked, rows, now=now)
    audit.record(
        action="intake.answers.choose",
        by=by,
        obj=locked,
        client=locked.client,
        source=source,
        now=now,
    )


def _choose(
    item: Item, current: GivenAnswer, rivals: Sequence[GivenAnswer], choice: str
) -> GivenAnswer:
    versions: dict[str, Any] = {str(number): rival for number, rival in enumerate(rivals)}
    versions[CURRENT] = current
    if item.type in (ItemType.TEXT, ItemType.STRING):
        versions[BOTH] = _joined(item, [current, *rivals])
    if choice not in versions:
        raise NoSuchVersion
    chosen: GivenAnswer = versions[choice]
    return chosen


def _joined(item: Item, versions: Sequence[GivenAnswer]) -> GivenAnswer:
    between = "\n\n" if item.type == ItemType.TEXT else " / "
    texts = [str(value) for version in versions for value in version.values]
    return GivenAnswer(
        (between.join(dict.fromkeys(texts)),), any(version.in_person for version in versions)
    )

"""What changed between two versions of a questionnaire, question by question and in words.

Questions are known by their link ids. What has no words of its own here is told all the same:
nothing changes unseen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from intake.fhir.kinds import kind_name
from intake.fhir.questionnaire import Item, ItemType, Option, Questionnaire
from intake.fhir.telling import shown_when
from intake.fhir.wording import value_words
from portal.shared.word_differences import Piece, runs, word_pieces

SAFETY = {"": "no alert", "self-harm": "alert: self-harm", "unsafe": "alert: not safe at home"}
ALWAYS = "Always shown"


class Act(StrEnum):
    ADDED = "Added"
    REMOVED = "Removed"
    CHANGED = "Changed"
    MOVED = "Moved"


@dataclass(frozen=True)
class Detail:
    """One thing that is different: its name, and the words with what came and went."""

    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Change:
    """What became of one item."""

    act: Act
    link_id: str
    kind: str
    text: str
    section: str  # the words of the group that it lies in now, or lay in
    details: tuple[Detail, ...] = ()
    is_moved: bool = False  # beside what changed in it


def compare(older: Questionnaire, newer: Questionnaire) -> list[Change]:
    """In the order of the newer one; what is gone stands where it stood."""
    moved = _moved(older, newer)
    changes = []
    for link_id in _order(older, newer):
        before, after = older.item(link_id), newer.item(link_id)
        if before is None and after is not None:
            changes.append(_whole(Act.ADDED, newer, after))
        elif after is None and before is not None:
            changes.append(_whole(Act.REMOVED, older, before))
        elif before is not None and after is not None:
            changes += _changed(older, newer, before, after, link_id in moved)
    return changes


def compare_heads(older: Questionnaire, newer: Questionnaire) -> tuple[Detail, ...]:
    """What a questionnaire says of itself."""
    return tuple(
        Detail(title, word_pieces(before, after))
        for title, before, after in (
            ("Title", older.title, newer.title),
            ("What it is for", older.description, newer.description),
            ("Notice at the end of each page", older.copyright, newer.copyright),
        )
        if before != after
    )


def _order(older: Questionnaire, newer: Questionnaire) -> Iterator[str]:
    before, after = list(older.by_link_id), list(newer.by_link_id)
    for run in runs(before, after):
        if run.is_same:
            yield from after[run.after]
            continue
        yield from (one for one in before[run.before] if one not in newer.by_link_id)
        yield from after[run.after]


def _moved(older: Questionnaire, newer: Questionnaire) -> frozenset[str]:
    """What lies in another group, or has another order among those that stayed beside it."""
    shared = [one for one in newer.by_link_id if one in older.by_link_id]
    elsewhere = {one for one in shared if _parent(older, one) != _parent(newer, one)}
    moved = set(elsewhere)
    for parent in {_parent(newer, one) for one in shared}:
        now = [one for one in shared if one not in elsewhere and _parent(newer, one) == parent]
        stayed = set(now)
        before = [one for one in older.by_link_id if one in stayed]
        kept = [run for run in runs(before, now) if run.is_same]
        moved |= stayed - {one for run in kept for one in now[run.after]}
    return frozenset(moved)


def _parent(questionnaire: Questionnaire, link_id: str) -> str:
    around = questionnaire.around[link_id]
    return around[-1].link_id if around else ""


def _section(questionnaire: Questionnaire, item: Item) -> str:
    around = questionnaire.around[item.link_id]
    return next((each.text for each in reversed(around) if each.text), "")


def _whole(act: Act, questionnaire: Questionnaire, item: Item) -> Change:
    return Change(act, item.link_id, kind_name(item), item.text, _section(questionnaire, item))


def _changed(
    older: Questionnaire, newer: Questionnaire, before: Item, after: Item, is_moved: bool
) -> Iterator[Change]:
    details = [*_details(older, newer, before, after)]
    if is_moved and _parent(older, before.link_id) != _parent(newer, after.link_id):
        was, now = _section(older, before), _section(newer, after)
        details.insert(0, Detail("Where it stands", word_pieces(was, now)))
    if details or is_moved:
        act = Act.CHANGED if details else Act.MOVED
        yield replace(
            _whole(act, newer, after), details=tuple(details), is_moved=is_moved and bool(details)
        )


def _details(
    older: Questionnaire, newer: Questionnaire, before: Item, after: Item
) -> Iterator[Detail]:
    if before.text != after.text:
        yield Detail("Words", word_pieces(before.text, after.text))
    elif before.html != after.html:
        yield Detail("Words", _in_place("", "formatted in another way"))
    for title, was, now in zip(_TITLES, _facts(before), _facts(after), strict=True):
        if was != now:
            yield Detail(title, _in_place(was, now))
    if _rule(before) != _rule(after):
        was, now = (shown_when(*one) or ALWAYS for one in ((older, before), (newer, after)))
        yield Detail("When it is shown", _in_place(was, now))
    if _help(before) != _help(after):
        yield Detail("Help", word_pieces(before.help, after.help))
    pieces = tuple(_options(before.options, after.options))
    if any(piece.is_changed for piece in pieces):
        yield Detail("Answers", pieces)
    if _rest(before) != _rest(after):
        yield Detail("Set by the file", _in_place("", "something else was changed"))


_TITLES = (
    "Kind",
    "Needed",
    "May say it in person",
    "Break afterwards",
    "Something else",
    "Lowest and highest",
    "Ends of the scale",
    "Unit",
    "How often",
    "Longest answer",
)


def _facts(item: Item) -> Iterator[str]:
    yield kind_name(item)
    yield _yes(item.is_required)
    yield _yes(item.may_say_in_person)
    yield _yes(item.is_heavy)
    yield _yes(item.type == ItemType.OPEN_CHOICE)
    ends = (item.limits.minimum, item.limits.maximum)
    steps = f", in steps of {item.limits.step:f}" if item.limits.step else ""
    yield " to ".join("any" if end is None else value_words(item, end) for end in ends) + steps
    yield " to ".join(filter(None, (item.lower, item.upper)))
    yield item.unit_text or ", ".join(unit.display for unit in item.units)
    yield _how_often(item)
    yield f"{item.max_length} characters" if item.max_length else "as usual"


def _how_often(item: Item) -> str:
    least = item.limits.min_occurs
    most = item.limits.max_occurs or ("any number" if item.is_repeating else 1)
    return f"{0 if item.is_required and least == 1 else least} to {most}"


def _rule(item: Item) -> tuple[object, ...]:
    """Not its words: a question that is asked in other words is no other condition."""
    is_every = item.needs_every_condition and len(item.conditions) > 1
    return item.conditions, is_every, bool(item.enable_expression)


def _yes(is_so: bool) -> str:
    return "Yes" if is_so else "No"


def _help(item: Item) -> tuple[str, str]:
    return item.help, item.help_html


def _in_place(was: str, now: str) -> tuple[Piece, ...]:
    """As a whole: half a sentence of a rule is no rule."""
    both = ((was, False), (now, True))
    return tuple(
        Piece(words, is_added=is_new, is_removed=not is_new) for words, is_new in both if words
    )


def _options(before: Sequence[Option], after: Sequence[Option]) -> Iterator[Piece]:
    """The list of answers, with those that came, went, were moved or say something else."""
    was, now = [_option_words(one) for one in before], [_option_words(one) for one in after]
    for run in runs(was, now):
        if run.is_same:
            yield from (Piece(f"{words};") for words in now[run.after])
            continue
        yield from (Piece(f"{words};", is_removed=True) for words in was[run.before])
        yield from (Piece(f"{words};", is_added=True) for words in now[run.after])


def _option_words(option: Option) -> str:
    notes = [SAFETY.get(option.safety, f"alert: {option.safety}")] if option.safety else []
    notes += ["stands alone"] if option.is_exclusive else []
    notes += [f"counts {option.ordinal:f}"] if option.ordinal is not None else []
    words = " ".join(filter(None, (option.prefix, option.display)))
    return f"{words} ({', '.join(notes)})" if notes else words


def _rest(item: Item) -> Item:
    """All that is not told in words of its own."""
    return replace(
        item,
        name="",  # made by the reader, for the page
        type=ItemType.STRING,
        text="",
        html="",
        help="",
        help_html="",
        is_required=False,
        is_repeating=False,
        may_say_in_person=False,
        is_heavy=False,
        control="" if item.control in ("slider", "text-area") else item.control,
        lower="",
        upper="",
        unit_text="",
        units=(),
        conditions=(),
        needs_every_condition=False,
        max_length=0,
        limits=replace(
            item.limits, minimum=None, maximum=None, min_occurs=0, max_occurs=None, step=None
        ),
        options=(),
        items=(),
    )

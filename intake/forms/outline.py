"""A questionnaire as its editor shows it: sections, and in them one row for each question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from intake.fhir.findings import Finding
from intake.fhir.kinds import Kind, kind_name, kind_of
from intake.fhir.questionnaire import Item, ItemType, Questionnaire
from intake.fhir.telling import shown_when

DEEPEST_SHOWN = 4  # steps to the right; what lies deeper stands below the last one
LONGEST = 60  # characters of a question's words in a list to choose from


@dataclass(frozen=True)
class Row:
    """`refused` keeps it from being published; `advice` is only good to know."""

    item: Item
    depth: int
    around: str  # the words of a group within the section, or nothing
    shown_when: str
    refused: tuple[str, ...]
    advice: tuple[str, ...]
    is_offered_around: bool = False  # to say it in person

    @property
    def link_id(self) -> str:
        return self.item.link_id

    @property
    def id(self) -> str:
        return f"i-{self.item.name}"

    @property
    def kind(self) -> str:
        return kind_name(self.item)

    @property
    def words(self) -> str:
        return self.item.text or "(without words)"

    @property
    def answers(self) -> str:
        """The answers to choose from, as far as a line holds them."""
        words = [option.display for option in self.item.options]
        more = f", and {len(words) - 6} more" if len(words) > 6 else ""
        return ", ".join(words[:6]) + more

    @property
    def raises_alert(self) -> bool:
        return any(option.safety for option in self.item.options)

    @property
    def in_person(self) -> str:
        """Only where it is not as with what lies around it."""
        if self.item.may_say_in_person == self.is_offered_around or self.item.is_fixed:
            return ""
        return "may be said in person" if self.item.may_say_in_person else "not in person"

    @property
    def is_group(self) -> bool:
        return self.item.type == ItemType.GROUP


@dataclass(frozen=True)
class Part:
    """A section with its head; without one, questions that stand outside of any section."""

    head: Row | None
    rows: tuple[Row, ...]

    @property
    def link_id(self) -> str:
        return self.head.link_id if self.head else ""

    @property
    def id(self) -> str:
        return self.head.id if self.head else "i-"

    @property
    def title(self) -> str:
        return self.head.words if self.head else "Without a section"

    @property
    def question_count(self) -> int:
        return sum(row.item.is_question for row in self.rows)

    @cached_property
    def spots(self) -> list[tuple[str, str]]:
        """Where something new may go: after each row, and into each group."""
        found = []
        for row in self.rows:
            words = shortened(row.words)
            found.append((f"after {row.link_id}", f"after “{words}”"))
            if row.is_group:
                found.append((f"into {row.link_id}", f"in the group “{words}”, as the last"))
        return found


def shortened(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def outline(
    questionnaire: Questionnaire, refused: Sequence[Finding], advice: Sequence[Finding]
) -> list[Part]:
    both = _by_item(refused), _by_item(advice)
    parts: list[Part] = []
    loose: list[Item] = []
    for item in questionnaire.items:
        if item.type != ItemType.GROUP:
            loose.append(item)
            continue
        if loose:
            parts.append(_part(questionnaire, None, loose, both))
            loose = []
        parts.append(_part(questionnaire, item, item.items, both))
    return [*parts, *([_part(questionnaire, None, loose, both)] if loose else [])]


Reasons = tuple[Mapping[str, list[str]], Mapping[str, list[str]]]


def _by_item(findings: Sequence[Finding]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.link_id, []).append(finding.reason)
    return found


def _part(
    questionnaire: Questionnaire, head: Item | None, items: Sequence[Item], reasons: Reasons
) -> Part:
    rows = tuple(_rows(questionnaire, items, 1, "", reasons))
    return Part(_row(questionnaire, head, 0, "", reasons) if head else None, rows)


def _rows(
    questionnaire: Questionnaire, items: Sequence[Item], depth: int, around: str, reasons: Reasons
) -> Iterator[Row]:
    for item in items:
        yield _row(questionnaire, item, depth, around, reasons)
        yield from _rows(questionnaire, item.items, depth + 1, item.text, reasons)


def _row(
    questionnaire: Questionnaire, item: Item, depth: int, around: str, reasons: Reasons
) -> Row:
    refused, advice = reasons
    around_it = questionnaire.around[item.link_id]
    return Row(
        item=item,
        depth=min(depth, DEEPEST_SHOWN),
        around=around,
        shown_when=shown_when(questionnaire, item),
        refused=tuple(refused.get(item.link_id, ())),
        advice=tuple(advice.get(item.link_id, ())),
        is_offered_around=bool(around_it) and around_it[-1].may_say_in_person,
    )


def holders(questionnaire: Questionnaire, item: Item) -> list[tuple[str, str]]:
    """Sections and groups that an item could be moved into, but those that it lies in or holds."""
    inside = {one.link_id for one in item.walk()}
    around = questionnaire.around[item.link_id]
    here = around[-1].link_id if around else ""
    return [
        (one.link_id, f"{'— ' * len(questionnaire.around[one.link_id])}{shortened(one.text)}")
        for one in questionnaire.by_link_id.values()
        if one.type == ItemType.GROUP and one.link_id not in (*inside, here)
    ]


def is_section(questionnaire: Questionnaire, item: Item) -> bool:
    return item.type == ItemType.GROUP and not questionnaire.around[item.link_id]


def has_answers(item: Item) -> bool:
    return kind_of(item) in (Kind.ONE, Kind.SEVERAL)

"""A posted page of questions: what changed, and what else the page said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from django.http import QueryDict

from intake.fhir.checking import Problem
from intake.fhir.places import find
from intake.fhir.questionnaire import Item, Questionnaire, Section
from intake.fhir.reading import read_answer, revision_name
from intake.services.answering import Change

WINDOW = "window"  # names the window that a page was shown in
SHOWN = "shown"  # names every place on the page that a condition lets be asked
KEEP = "keep"  # "<choice> <name>" of the button that chooses between two versions
ACT = "act"  # "<verb> <name>" of a button that adds, removes, puts back or clears
DETACH = "detach"  # "<id of a file> <name>" of the button that takes it back
VERBS = frozenset({"add", "remove", "restore", "more", "clear", "attach"})
REVISION = revision_name("")


@dataclass(frozen=True)
class Spoken:
    """A verb or a choice, and the place that it is about."""

    verb: str
    item: Item
    path: str
    name: str


def read_changes(
    questionnaire: Questionnaire, section: Section, posted: QueryDict, zone: tzinfo
) -> list[Change]:
    """The questions that stood on the page; a missing one was not shown and is left alone."""
    return [
        Change(
            item,
            read_answer(item, posted, name=name, zone=zone),
            _revision(posted.get(revision_name(name), "")),
            path,
        )
        for name, item, path in _asked(questionnaire, section, posted)
    ]


def _asked(
    questionnaire: Questionnaire, section: Section, posted: QueryDict
) -> Iterator[tuple[str, Item, str]]:
    own = {item.link_id for item in section.walk() if item.is_asked}
    for field in posted:
        name = field.removesuffix(REVISION)
        found = find(questionnaire, name) if name != field else None
        if found and found[0].link_id in own:
            yield (name, *found)


def read_window(posted: QueryDict) -> str:
    return posted.get(WINDOW, "")[:40]


def read_shown(posted: QueryDict) -> frozenset[str]:
    return frozenset(posted.getlist(SHOWN))


def read_choice(questionnaire: Questionnaire, posted: QueryDict) -> Spoken | None:
    """The question and the version that was chosen for it, if this post chooses one."""
    return _read_spoken(questionnaire, posted.get(KEEP, ""))


def read_act(questionnaire: Questionnaire, posted: QueryDict) -> Spoken | None:
    """What a button of the page asks for beside saving."""
    spoken = _read_spoken(questionnaire, posted.get(ACT, ""))
    return spoken if spoken and spoken.verb in VERBS else None


def read_detached(questionnaire: Questionnaire, posted: QueryDict) -> Spoken | None:
    """The question and the id of the file that is taken back, if this post does that."""
    return _read_spoken(questionnaire, posted.get(DETACH, ""))


def _read_spoken(questionnaire: Questionnaire, words: str) -> Spoken | None:
    verb, _, name = words.partition(" ")
    found = find(questionnaire, name)
    return Spoken(verb, *found, name) if found else None


def by_question(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Messages by the key of the answer that they are about."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        grouped[problem.key].append(problem.message)
    return dict(grouped)


def _revision(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0

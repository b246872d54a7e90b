"""Pages: which items a person sees together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from intake.fhir.elements import first_text
from intake.fhir.questionnaire import Item, ItemType, Section

PAGE_QUESTIONS = 40  # at most, where the file does not say otherwise
PAGE_DEPTH = 20  # levels below each other; templates render each level inside the last one
FLAT_SECTION = "questions"
_TABLES = frozenset({"table", "gtable", "htable", "atable", "grid"})
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,50}", re.ASCII)

Groups = tuple[Item, ...]
Page = tuple[tuple[Item, ...], Groups]  # items, and the groups around them


def read_sections(
    title: str, items: tuple[Item, ...], *, is_heavy: bool = False
) -> tuple[Section, ...]:
    """A page for each top-level group; large ones are split; the rest stands together.

    `is_heavy` is said of the whole questionnaire: a pause is suggested behind its last page.
    """
    if items and all(item.type == ItemType.GROUP for item in items):
        pages = [page for group in items for page in _pages_of_group(group, ())]
    elif _is_one_page(items):
        pages = [(items, ())]
    else:
        pages = list(_pages_of_items(items, ()))
    return tuple(_sections(title, pages, is_heavy=is_heavy))


def _pages_of_group(group: Item, around: Groups) -> Iterator[Page]:
    within = (*around, group)
    if group.is_repeating or group.control in _TABLES or _is_one_page(group.items):
        yield group.items, within
    else:
        yield from _pages_of_items(group.items, within)


def _is_one_page(items: tuple[Item, ...]) -> bool:
    is_short = sum(map(_weight, items)) <= PAGE_QUESTIONS and depth_of(items) <= PAGE_DEPTH
    return is_short and not any(map(_has_page, items))


def depth_of(items: tuple[Item, ...]) -> int:
    return max((1 + depth_of(item.items) for item in items), default=0)


def _weight(item: Item) -> int:
    return sum(one.is_question and not one.is_hidden for one in item.walk())


def _has_page(item: Item) -> bool:
    return any(one.control == "page" for one in item.walk())


def _pages_of_items(items: tuple[Item, ...], around: Groups) -> Iterator[Page]:
    """Groups have pages of their own; texts before a group go along with it."""
    run: list[Item] = []
    for item in items:
        if item.type != ItemType.GROUP:
            run.append(item)
            continue
        is_whole = item.is_repeating or item.control in _TABLES or _is_one_page(item.items)
        lead = not any(map(_weight, run))
        if run and is_whole and lead and item.control != "page":
            yield (*run, item), around
        else:
            yield from _chunks(run, around)
            yield from _pages_of_group(item, around)
        run = []
    yield from _chunks(run, around)


def _chunks(run: list[Item], around: Groups) -> Iterator[Page]:
    """A long run is cut into pages of about the same length."""
    if not run:
        return
    questions = sum(map(_weight, run))
    pages = -(-questions // PAGE_QUESTIONS) or 1
    size = -(-questions // pages) or 1
    page: list[Item] = []
    filled = 0
    for item in run:
        if filled + _weight(item) > size and filled:
            yield tuple(page), around
            page, filled = [], 0
        page.append(item)
        filled += _weight(item)
    yield tuple(page), around


@dataclass
class _Names:
    """Slugs and titles given so far; each slug once."""

    slugs: set[str]
    titles: dict[str, int]

    def slug(self, wanted: str, number: int) -> str:
        own = [wanted] if _SLUG.fullmatch(wanted) else []
        numbered = (f"page-{number}{'-more' * more}" for more in count())
        slug = next(one for one in chain(own, numbered) if one not in self.slugs)
        self.slugs.add(slug)
        return slug

    def title(self, words: str) -> str:
        self.titles[words] = self.titles.get(words, 0) + 1
        return words if self.titles[words] == 1 else f"{words} ({self.titles[words]})"


def _sections(title: str, pages: list[Page], *, is_heavy: bool) -> Iterator[Section]:
    names = _Names(set(), {})
    is_flat = len(pages) == 1 and not pages[0][1]
    for number, (items, within) in enumerate(pages, start=1):
        group = within[-1] if within else _only_group(items)
        around = [*within[::-1]] or ([group] if group else [])
        named = first_text(one.text for one in around)
        wanted = FLAT_SECTION if is_flat else group.link_id if group else ""
        yield Section(
            slug=names.slug(wanted, number),
            title=names.title(named or title),
            items=items,
            within=within,
            is_heavy=_ends_heavy(pages, number) or (is_heavy and number == len(pages)),
        )


def _ends_heavy(pages: list[Page], number: int) -> bool:
    """Something heavy lies on this page, or a heavy group around it ends here."""
    items, within = pages[number - 1]
    following = {group.link_id for _, groups in pages[number : number + 1] for group in groups}
    ending = (group for group in within if group.link_id not in following)
    return any(one.is_heavy for item in items for one in item.walk()) or any(
        group.is_heavy for group in ending
    )


def _only_group(items: tuple[Item, ...]) -> Item | None:
    """The group that a page without one around it was made for."""
    groups = [item for item in items if item.type == ItemType.GROUP]
    return (
        groups[0]
        if len(groups) == 1 and not any(_weight(item) for item in items if item is not groups[0])
        else None
    )

"""Items added, moved, copied and taken out; what stands in them is for intake.fhir.editing.

Each function gives a new questionnaire and leaves the one that it was given as it is.
"""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass

from intake.fhir.elements import as_text
from intake.fhir.kinds import HOLDERS, Kind, blank
from intake.fhir.side_texts import is_side_text
from intake.fhir.tree import Json, Tree, elements, new_link_id, set_or_drop


class NowhereToGo(Exception):
    """It stands at the end already, or would come to lie in itself."""


@dataclass(frozen=True)
class Arranged:
    """`at` is where to look now; `freed` are items that lost a condition with a question."""

    resource: Json
    at: str
    freed: tuple[str, ...] = ()


def add(
    resource: Json,
    *,
    kind: Kind,
    text: str,
    into: str = "",
    after: str = "",
    taken: Collection[str] = (),
) -> Arranged:
    """Behind `after`, else as the last one of `into`. Raises NoSuchItem.

    `taken` are link ids of earlier versions: one never stands for two questions.
    """
    tree = Tree(resource)
    otherwise = "section" if kind in HOLDERS else "question"
    link_id = new_link_id(text, {*taken, *tree.link_ids()}, otherwise)
    holder, place = _spot_after(tree, after) if after else (into, None)
    siblings = tree.children(holder)
    siblings.insert(len(siblings) if place is None else place, blank(kind, link_id, text))
    return Arranged(tree.resource, link_id)


def _spot_after(tree: Tree, link_id: str) -> tuple[str, int]:
    holder, place = tree.spot(link_id)
    return holder, place + 1


def move(resource: Json, link_id: str, steps: int) -> Arranged:
    """One place up (-1) or down (1) among what is seen.

    Over the edge of a section into the next one, over that of a group in it out of the group.
    Raises NoSuchItem and NowhereToGo.
    """
    tree = Tree(resource)
    holder, place = tree.spot(link_id)
    siblings = tree.children(holder)
    seen = [n for n, one in enumerate(siblings) if not is_side_text(one, tree.holder(holder))]
    wanted = seen.index(place) + steps
    if 0 <= wanted < len(seen):
        other = seen[wanted]
        siblings[place], siblings[other] = siblings[other], siblings[place]
    else:
        _over_the_edge(tree, link_id, holder, steps)
    return Arranged(tree.resource, link_id)


def _over_the_edge(tree: Tree, link_id: str, holder: str, steps: int) -> None:
    if not holder:
        raise NowhereToGo(link_id)
    outer, place = tree.spot(holder)
    siblings = tree.children(outer)
    if outer:
        siblings.insert(place + (steps > 0), tree.take_out(link_id))
        return
    beyond = siblings[place + steps] if 0 <= place + steps < len(siblings) else None
    if not isinstance(beyond, dict) or beyond.get("type") != "group":
        raise NowhereToGo(link_id)
    taken = tree.take_out(link_id)
    found = tree.children(as_text(beyond.get("linkId")))
    found.insert(0 if steps > 0 else len(found), taken)


def move_into(resource: Json, link_id: str, into: str) -> Arranged:
    """As the last one of another group. Raises NoSuchItem and NowhereToGo."""
    tree = Tree(resource)
    raw = tree.raw(link_id)
    if into in _ids_below(raw):
        raise NowhereToGo(link_id)
    if into:
        tree.raw(into)
    taken = tree.take_out(link_id)
    tree.children(into).append(taken)
    return Arranged(tree.resource, link_id)


def duplicate(resource: Json, link_id: str, *, taken: Collection[str] = ()) -> Arranged:
    """Behind the original. Conditions among what is copied speak of the copies."""
    tree = Tree(resource)
    copied = deepcopy(tree.raw(link_id))
    known = {*taken, *tree.link_ids()}
    names: dict[str, str] = {}
    for old in _ids_below(copied):
        names[old] = new_link_id(old, known)
        known.add(names[old])
    _rename(copied, names)
    holder, place = _spot_after(tree, link_id)
    tree.children(holder).insert(place, copied)
    return Arranged(tree.resource, names[link_id])


def _rename(raw: Json, names: dict[str, str]) -> None:
    link_id = as_text(raw.get("linkId"))
    if link_id in names:
        raw["linkId"] = names[link_id]
    for condition in elements(raw.get("enableWhen")):
        question = as_text(condition.get("question"))
        if question in names:
            condition["question"] = names[question]
    for child in elements(raw.get("item")):
        _rename(child, names)


def remove(resource: Json, link_id: str) -> Arranged:
    """With all that lies in it, and with the conditions of others that asked for its answers."""
    tree = Tree(resource)
    holder, place = tree.spot(link_id)
    gone = _ids_below(tree.take_out(link_id))
    left = ((one, raw) for one, raw in tree.items() if one not in gone)
    freed = tuple(one for one, raw in left if _forget(raw, gone))
    return Arranged(tree.resource, _neighbour(tree, holder, place), freed)


def _forget(raw: Json, gone: Collection[str]) -> bool:
    """Whether it depended on one of these questions."""
    there = elements(raw.get("enableWhen"))
    kept = [one for one in there if as_text(one.get("question")) not in gone]
    if len(kept) == len(there):
        return False
    set_or_drop(raw, "enableWhen", kept)
    if not kept:
        raw.pop("enableBehavior", None)
    return True


def _neighbour(tree: Tree, holder: str, place: int) -> str:
    """Where the eye goes after something went: what follows, else what came before, else around."""
    left = elements(tree.holder(holder).get("item"))
    return as_text(left[min(place, len(left) - 1)].get("linkId")) if left else holder


def _ids_below(raw: Json) -> list[str]:
    """Its own link id and those of all below it, in reading order."""
    found = [as_text(raw.get("linkId"))]
    for child in elements(raw.get("item")):
        found += _ids_below(child)
    return [link_id for link_id in found if link_id]

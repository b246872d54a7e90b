"""The JSON of a questionnaire, to be changed in a few places while all the rest stays as it is."""

from collections.abc import Collection, Iterator
from copy import deepcopy
from itertools import chain, count
from typing import Any

from django.utils.text import slugify

from intake.fhir.elements import as_element, as_list, as_text, first_text
from intake.fhir.findings import Findings
from intake.fhir.side_texts import is_side_text, role_of
from intake.fhir.survey import survey

Json = dict[str, Any]
ID_LIMIT = 44  # characters; leaves room for a number behind it
WORDS_IN_ID = 7


class NoSuchItem(LookupError):
    """It is not there, or no longer."""


class Tree:
    """A copy of a questionnaire's JSON; items are found by the link id that the reader knows."""

    def __init__(self, resource: Json) -> None:
        self.resource = deepcopy(resource)
        self._surveyed = survey(self.resource, Findings())

    def raw(self, link_id: str) -> Json:
        """The item itself, to be changed in place. Raises NoSuchItem."""
        found = self._surveyed.raws.get(link_id)
        if not isinstance(found, dict):
            raise NoSuchItem(link_id)
        return found

    def holder(self, link_id: str) -> Json:
        """The item, or for "" the questionnaire itself."""
        return self.raw(link_id) if link_id else self.resource

    def children(self, link_id: str) -> list[Any]:
        """The list of a holder's items, to be changed in place."""
        holder = self.holder(link_id)
        if not isinstance(holder.get("item"), list):
            holder["item"] = []
        found: list[Any] = holder["item"]
        return found

    def spot(self, link_id: str) -> tuple[str, int]:
        """The link id of what holds the item ("" for the questionnaire), and its place there."""
        wanted = self.raw(link_id)
        for holder in ("", *self._surveyed.raws):
            for place, one in enumerate(self.holder(holder).get("item") or ()):
                if one is wanted:
                    return holder, place
        raise NoSuchItem(link_id)

    def take_out(self, link_id: str) -> Json:
        """The item with all below it; FHIR forbids an empty list to stay behind."""
        holder, place = self.spot(link_id)
        siblings = self.children(holder)
        taken: Json = siblings.pop(place)
        if not siblings:
            del self.holder(holder)["item"]
        return taken

    def link_ids(self) -> set[str]:
        return set(self._surveyed.raws)

    def items(self) -> Iterator[tuple[str, Json]]:
        """In reading order, each with its link id."""
        for link_id in self._surveyed.raws:
            yield link_id, self.raw(link_id)


def elements(value: Any) -> list[Json]:
    """The objects of a list, to be changed in place."""
    return [one for one in as_list(value) if isinstance(one, dict)]


def link_ids_of(resource: Json) -> set[str]:
    return Tree(resource).link_ids()


def new_link_id(text: str, taken: Collection[str], otherwise: str = "question") -> str:
    """Made from the words, once: whatever the words become later, the id stays."""
    words = "-".join(slugify(text).replace("_", "-").split("-")[:WORDS_IN_ID])
    base = first_text([words[:ID_LIMIT].strip("-"), otherwise])
    numbered = (f"{base}-{number}" for number in count(2))
    return next(one for one in chain([base], numbered) if one not in taken)


def set_or_drop(element: Json, key: str, value: Any) -> None:
    """FHIR has no empty values: what is empty is not there."""
    if value in (None, "", False, [], {}):
        element.pop(key, None)
    else:
        element[key] = value


def set_extension(element: Json, url: str, value: Json | None) -> None:
    """One extension with this address in the place of all that had it; None takes them away."""
    there = element.get("extension")
    kept = list(there) if isinstance(there, list) else []
    places = [n for n, one in enumerate(kept) if as_text(as_element(one).get("url")) == url]
    others = [one for n, one in enumerate(kept) if n not in places]
    if value is not None:
        others.insert(places[0] if places else len(others), {"url": url, **value})
    set_or_drop(element, "extension", others)


def side_texts(raw: Json, *roles: str) -> list[Json]:
    """The texts below an item that belong to its field, by their role."""
    below = elements(raw.get("item"))
    return [child for child in below if role_of(child) in roles and is_side_text(child, raw)]

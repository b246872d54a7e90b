"""The page "How I work" as clients read it: a version in plain words, no queries."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from booking.models import WayOfWorking
from booking.ways.dimensions import STEPS, Dimension
from booking.ways.words import DIMENSIONS
from portal.shared.markdown import render_markdown


@dataclass(frozen=True, slots=True)
class Said:
    """One dimension: where she stands on the range, and what she adds to it."""

    title: str
    words: str
    sentence: str
    here: tuple[bool, ...]
    """For the five dots: only the chosen one is true."""
    from_words: str
    to_words: str


@dataclass(frozen=True, slots=True)
class Phase:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class WayPage:
    opening: SafeString
    said: list[Said]
    phases: list[Phase]
    not_for: list[str]
    first_conversation: SafeString
    more: SafeString


def page_of(way: WayOfWorking) -> WayPage:
    return WayPage(
        opening=render_markdown(way.opening),
        said=[_said(dimension, way) for dimension in DIMENSIONS if dimension.code in way.places],
        phases=[Phase(phase["title"], phase["text"]) for phase in way.phases],
        not_for=list(way.not_for),
        first_conversation=render_markdown(way.first_conversation),
        more=render_markdown(way.more),
    )


def _said(dimension: Dimension, way: WayOfWorking) -> Said:
    step = way.places[dimension.code]
    return Said(
        title=dimension.title,
        words=dimension.says(step),
        sentence=way.sentences.get(dimension.code, ""),
        here=tuple(one == step for one in STEPS),
        from_words=dimension.therapist[0],
        to_words=dimension.therapist[-1],
    )

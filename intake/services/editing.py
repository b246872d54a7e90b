"""The practice writes its consent texts: what may stand in them, and the next version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Practice, User
from booking.models import Practitioner
from intake.consent_texts import StarterText, UnknownBlank, read_starter
from intake.models import ConsentDocument, ConsentKind
from intake.services.asking_again import ask_again
from intake.services.publishing import blanks, current, publish
from portal.shared.dates import long_date

LONGEST_TEXT = 60_000
# New York's State Technology Law 307: these are signed by hand, before witnesses.
_BY_HAND = re.compile(
    r"health[- ]care prox(?:y|ies)|powers? of attorney|last will|testament|\bwills\b", re.I
)
_WAIVER = re.compile(
    r"hold harmless|releases? .{0,40}liability|waives? .{0,40}(?:rights?|claims?)|indemnif", re.I
)
BY_HAND_WARNING = (
    "A health-care proxy, a power of attorney or a will can’t be signed electronically in New York."
    " If this text is one of them, please have it signed by hand, not here."
)
WAIVER_WARNING = (
    "This reads like a waiver of rights or liability. Such words do not belong into a consent to "
    "care; please ask an attorney before you publish them."
)
MONEY_WARNING = (
    "This consent to treatment speaks of fees. Consent to treatment and consent to fees are two "
    "texts with two signatures (Public Health Law 18-c); keep amounts in the fees text."
)


class EditingProblem(Exception):
    """What keeps a text from being published; `field` is where the form says so."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Wording:
    """A text as the therapist wrote it, with blanks that the practice fills."""

    title: str
    kind: str
    intent: str
    source: str
    effective_on: date


@dataclass(frozen=True)
class Preview:
    """What publishing would publish, and what to think about before."""

    text: str
    warnings: tuple[str, ...]


def starting_point(slug: str, today: date) -> Wording:
    """What the editor begins with. Raises FileNotFoundError for a slug that does not exist."""
    latest = current(slug)
    if latest and latest.source:
        return Wording(latest.title, latest.kind, latest.intent, latest.source, today)
    starter = read_starter(slug)
    return Wording(starter.title, starter.kind, starter.intent, starter.text, today)


def preview(*, wording: Wording, practitioner: Practitioner) -> Preview:
    """Raises EditingProblem."""
    if _BY_HAND.search(wording.title):
        raise EditingProblem("title", BY_HAND_WARNING)
    if len(wording.source) > LONGEST_TEXT:
        raise EditingProblem("source", f"Please keep the text under {LONGEST_TEXT:,} letters.")
    return Preview(_filled(wording, practitioner), tuple(_warnings(wording)))


def _filled(wording: Wording, practitioner: Practitioner) -> str:
    values = blanks(Practice.get(), practitioner)
    values["effective_on"] = long_date(wording.effective_on)
    source = "\n".join(line.rstrip() for line in wording.source.splitlines()).strip() + "\n"
    try:
        return _as_starter("", wording, source).filled(values)
    except UnknownBlank as unknown:
        name = str(unknown.args[0]).rpartition(" ")[2]
        known = ", ".join(sorted(values))
        message = f"The practice has nothing for {{{{ {name} }}}}. Known blanks: {known}."
        raise EditingProblem("source", message) from unknown


def _warnings(wording: Wording) -> list[str]:
    words = f"{wording.source} {wording.intent}"
    is_treatment = wording.kind == ConsentKind.TREATMENT
    found = [
        (bool(_BY_HAND.search(words)), BY_HAND_WARNING),
        (bool(_WAIVER.search(words)), WAIVER_WARNING),
        (is_treatment and re.search(r"\$\s?\d|price_table", words) is not None, MONEY_WARNING),
    ]
    return [warning for is_so, warning in found if is_so]


def _as_starter(slug: str, wording: Wording, text: str) -> StarterText:
    return StarterText(
        slug=slug,
        title=wording.title,
        version=0,
        kind=wording.kind,
        effective_on=wording.effective_on.isoformat(),
        requires="",
        intent=wording.intent,
        review="",
        text=text,
    )


@transaction.atomic
def publish_wording(
    *, slug: str, wording: Wording, practitioner: Practitioner, by: User, now: datetime
) -> ConsentDocument:
    """The next version of the text, or the version in force if nothing changed.

    An empty slug makes a new text of the practice's own. Raises EditingProblem.
    """
    shown = preview(wording=wording, practitioner=practitioner)
    source = wording.source.replace("\r\n", "\n")
    before = current(slug) if slug else None
    document = publish(
        starter=_as_starter(slug or new_slug(wording.title), wording, source),
        text=shown.text,
        source=source,
        effective_on=wording.effective_on,
        by=by,
        now=now,
    )
    if document != before:
        ask_again(documents=[document], by=by, now=now)
    return document


def new_slug(title: str) -> str:
    """A name that no text has yet."""
    base = slugify(title)[:40] or "text"
    slug, number = base, 1
    while ConsentDocument.objects.filter(slug=slug).exists() or _is_starter(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug


def _is_starter(slug: str) -> bool:
    try:
        read_starter(slug)
    except FileNotFoundError:
        return False
    return True

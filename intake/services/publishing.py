"""Publishing consent texts: a version is frozen to the byte, with its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Practice, User
from booking.models import Practitioner, SessionType
from intake.consent_texts import StarterText, starters
from intake.models import ConsentDocument
from intake.services.asking_again import ask_again
from intake.services.retiring import retired_slugs
from portal.shared import audit
from portal.shared.dates import long_date
from portal.shared.money import format_usd

ON_PUBLICATION = "on publication"


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def publish_starters(
    *, practitioner: Practitioner, by: User | None, now: datetime
) -> list[ConsentDocument]:
    """Fill the starter texts from the practice and publish those that have changed."""
    found, before = drafts(practitioner=practitioner, now=now), set(_newest_ids())
    documents = [
        publish(
            starter=draft.starter,
            text=draft.text,
            source=draft.source,
            effective_on=draft.effective_on,
            by=by,
            now=now,
        )
        for draft in found
    ]
    new = [document for document in documents if document.pk not in before]
    ask_again(documents=new, by=by, now=now)
    return documents


def _newest_ids() -> Iterable[int]:
    return ConsentDocument.objects.values_list("pk", flat=True)


@dataclass(frozen=True)
class Draft:
    """A text filled from the practice as it is today, beside the version in force.

    `source` is what the practice wrote itself; empty: it is the starter text.
    """

    starter: StarterText
    source: str
    text: str
    effective_on: date
    in_force: ConsentDocument | None

    @property
    def is_changed(self) -> bool:
        return self.in_force is None or not _is_same(self.in_force, self.starter, self.text)


def drafts(*, practitioner: Practitioner, now: datetime) -> list[Draft]:
    """What publishing would publish."""
    practice = Practice.get()
    today = now.astimezone(practice.zone).date()
    values = blanks(practice, practitioner)
    return [_draft(text, values, today) for text in texts()]


def texts() -> list[StarterText]:
    """The starter texts, as the practice has rewritten them, then the practice's own."""
    starting = {starter.slug: starter for starter in starters()}
    written = {row.slug: row for row in ConsentDocument.objects.order_by("version")}
    own = [slug for slug in written if slug not in starting]
    retired = retired_slugs()
    return [
        _rewritten(written[slug]) if slug in written and written[slug].source else starting[slug]
        for slug in [*starting, *sorted(own)]
        if slug not in retired
    ]


def _rewritten(document: ConsentDocument) -> StarterText:
    return StarterText(
        slug=document.slug,
        title=document.title,
        version=document.version,
        kind=document.kind,
        effective_on=ON_PUBLICATION,
        requires="",
        intent=document.intent,
        review="",
        text=document.source,
    )


def blanks(practice: Practice, practitioner: Practitioner) -> dict[str, str]:
    """What the practice says of itself, by the names that the texts use."""
    types = list(SessionType.objects.filter(practitioner=practitioner, is_active=True))
    hours = max((kind.cancel_hours for kind in types), default=24)
    return {
        "practice_name": practice.name,
        "practice_address": practice.address_line,
        "practice_phone": practice.phone,
        "practice_email": practice.email,
        "therapist_name": practitioner.name,
        "therapist_credential": practitioner.credential,
        "licence_line": _sentence(practitioner.licence_line),
        "portal_url": settings.PORTAL_URL,
        "price_table": price_table(types),
        "cancel_hours": str(hours),
    }


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""


def price_table(types: Iterable[SessionType]) -> str:
    """A Markdown table of what sessions cost, as the session types say today."""
    rows = [
        f"| {_cell(kind.name)} | {kind.minutes} minutes | {_price(kind.price_cents)} "
        f"| {_fee(kind.late_fee_cents)} |"
        for kind in types
    ]
    head = "| Session | Length | Fee | Late cancellation or missed session |\n|---|---|---|---|"
    return "\n".join([head, *rows])


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _price(cents: int) -> str:
    return format_usd(cents) if cents else "free"


def _fee(cents: int) -> str:
    return format_usd(cents) if cents else "no fee"


def _draft(starter: StarterText, values: dict[str, str], today: date) -> Draft:
    """The day it comes into force is part of the text: an unchanged text keeps its day."""
    in_force = current(starter.slug)
    first = _first_day(starter, today)
    for day in (in_force.effective_on, first) if in_force else (first,):
        text = starter.filled({**values, "effective_on": long_date(day)})
        if in_force and _is_same(in_force, starter, text):
            break
    return Draft(starter, in_force.source if in_force else "", text, day, in_force)


def _is_same(document: ConsentDocument, starter: StarterText, text: str) -> bool:
    shown = (document.text, document.intent, document.title, document.kind)
    return shown == (text, starter.intent, starter.title, starter.kind)


def _first_day(starter: StarterText, today: date) -> date:
    on_publication = starter.effective_on == ON_PUBLICATION
    return today if on_publication else date.fromisoformat(starter.effective_on)


@transaction.atomic
def publish(
    *,
    starter: StarterText,
    text: str,
    effective_on: date,
    by: User | None,
    now: datetime,
    source: str = "",
) -> ConsentDocument:
    """The next version of a text; the version in force when not a byte has changed."""
    latest = current(starter.slug)
    if latest and _is_same(latest, starter, text):
        return latest
    document = ConsentDocument.objects.create(
        slug=starter.slug,
        version=latest.version + 1 if latest else 1,
        kind=starter.kind,
        title=starter.title,
        intent=starter.intent,
        text=text,
        source=source,
        sha256=sha256_of(text),
        effective_on=effective_on,
        published_at=now,
    )
    audit.record(
        action="consent.publish",
        by=by,
        obj=document,
        detail={"slug": document.slug, "version": document.version},
        now=now,
    )
    return document


def current(slug: str) -> ConsentDocument | None:
    """The version in force, or None when the practice has published none."""
    return ConsentDocument.objects.filter(slug=slug).order_by("-version").first()


def current_documents(slugs: list[str]) -> list[ConsentDocument]:
    """The versions in force, in the order asked for; one without any, or retired, is left out."""
    retired = retired_slugs()
    return current_of([slug for slug in slugs if slug not in retired])


def current_of(slugs: Iterable[str]) -> list[ConsentDocument]:
    """The newest versions, retired or not."""
    slugs = list(slugs)
    latest: dict[str, ConsentDocument] = {}
    for document in ConsentDocument.objects.filter(slug__in=slugs).order_by("version"):
        latest[document.slug] = document
    return [latest[slug] for slug in slugs if slug in latest]

"""The first page of the archive: what is in it, to be read without a network and by anyone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.template.loader import render_to_string

from accounts.models import Client, Practice
from portal.journeys.records.zipping import Entry
from portal.shared.dates import long_date


@dataclass(frozen=True)
class Detail:
    label: str
    value: str


def index_page(
    client: Client, practice: Practice, entries: list[Entry], *, now: datetime
) -> Iterator[bytes]:
    """Rendered last: only then are the sizes known."""
    by_section = groupby(entries, key=lambda entry: entry.section)
    context = {
        "practice": practice,
        "made_on": long_date(now.astimezone(practice.zone).date()),
        "details": [detail for detail in _details(client) if detail.value],
        "sections": [(title, list(found)) for title, found in by_section],
    }
    yield render_to_string("records/index.html", context).encode()


def _details(client: Client) -> Iterator[Detail]:
    contact = client.emergency_contact or {}
    yield Detail("Legal name", client.legal_name)
    yield Detail("Chosen name", client.chosen_name or "")
    yield Detail("Pronouns", client.pronouns or "")
    yield Detail("Date of birth", long_date(client.birth_date))
    yield Detail("E-mail", client.email)
    yield Detail("Phone", client.phone or "")
    yield Detail("Address", client.address or "")
    yield Detail("State for telehealth", client.state)
    yield Detail("Messages on voicemail", client.get_voicemail_display())
    told = (contact.get("name"), contact.get("relation"), contact.get("phone"))
    yield Detail("In an emergency", ", ".join(filter(None, told)))

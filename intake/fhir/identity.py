"""What a questionnaire is called: address, version, title and slug, given where a file has none."""

import re
from typing import Any

from django.utils.text import slugify

from intake.fhir.elements import as_text, first_text
from intake.fhir.questionnaire import BASE
from intake.questionnaire_files import RESERVED

SLUG_LIMIT = 40  # leaves room for a number behind it
TITLE_LIMIT = 200
NAMELESS = "questionnaire"
# Parts of addresses beside the slugs, and the questionnaires of the repository.
_OURS = frozenset({"check", "sent", "support", "pause", *RESERVED})
WRITTEN_HERE = f"{BASE}/Questionnaire/written-here/"
"""Addresses of what the practice wrote: no file without an address of its own gets one of them."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def with_identity(resource: dict[str, Any]) -> dict[str, Any]:
    """A copy that says what it is; what the file says of itself stays as it is."""
    slug = slug_of(resource)
    return {
        **resource,
        "id": slug,
        "url": as_text(resource.get("url")) or url_of(slug),
        "version": as_text(resource.get("version")) or "1",
        "title": title_of(resource, slug),
    }


def url_of(slug: str) -> str:
    return f"{BASE}/Questionnaire/{slug}"


def title_of(resource: dict[str, Any], slug: str) -> str:
    own = as_text(resource.get("title"))
    named = _CAMEL.sub(" ", as_text(resource.get("name"))).replace("_", " ")
    return (own or named or slug.replace("-", " ").capitalize())[:TITLE_LIMIT]


def slug_of(resource: dict[str, Any]) -> str:
    tail = as_text(resource.get("url")).partition("|")[0].rstrip("/").rpartition("/")[2]
    tried = (as_text(resource.get("id")), as_text(resource.get("name")), tail)
    slugs = (slugify(_CAMEL.sub("-", text)) for text in (*tried, as_text(resource.get("title"))))
    slug = first_text(slug[:SLUG_LIMIT].strip("-_") for slug in slugs) or NAMELESS
    return f"{slug}-{NAMELESS}" if slug in _OURS else slug

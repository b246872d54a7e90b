"""The small parts that FHIR resources are made of. Rule: https://hl7.org/fhir/R4/datatypes.html"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.fhir.questionnaire import BASE

Resource = dict[str, Any]

URI = "urn:ietf:rfc:3986"
TERMS = "http://terminology.hl7.org/CodeSystem/"
ABSENT = f"{TERMS}data-absent-reason"
SHA256 = f"{BASE}/NamingSystem/sha-256"
SHA256_EXTENSION = f"{BASE}/StructureDefinition/sha-256"
JSON_TYPE = "application/fhir+json"
LANGUAGE = "en-US"


def urn(public_id: UUID | str) -> str:
    return f"urn:uuid:{public_id}"


def reference(resource: Resource, *, display: str = "") -> dict[str, str]:
    """To another resource of the same bundle."""
    found = {"reference": urn(resource["id"]), "type": resource["resourceType"]}
    return {**found, "display": display} if display else found


def instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def concept(text: str, *, system: str = "", code: str = "", display: str = "") -> dict[str, Any]:
    """Words, with a code where one is known."""
    if not code:
        return {"text": text}
    coding = {"system": system, "code": code, "display": display}
    return {"coding": [{name: value for name, value in coding.items() if value}], "text": text}


def absent(code: str, text: str) -> dict[str, Any]:
    """Why there is no value: "unknown", "not-asked", "asked-declined"."""
    return concept(text, system=ABSENT, code=code)


def identifier(public_id: UUID) -> dict[str, str]:
    return {"system": URI, "value": urn(public_id)}


def attachment(content: bytes, *, content_type: str, title: str, made_at: datetime) -> Resource:
    """FHIR wants the SHA-1; the SHA-256 that we go by stands beside it. `data` or `url` is added
    by who knows which."""
    sha1 = hashlib.sha1(content, usedforsecurity=False).digest()
    return {
        "extension": [
            {"url": SHA256_EXTENSION, "valueString": hashlib.sha256(content).hexdigest()}
        ],
        "contentType": content_type,
        "language": LANGUAGE,
        "size": len(content),
        "hash": base64.b64encode(sha1).decode(),
        "title": title,
        "creation": instant(made_at),
    }


def inline(content: bytes) -> str:
    return base64.b64encode(content).decode()


def entry(resource: Resource) -> dict[str, Any]:
    return {"fullUrl": urn(resource["id"]), "resource": resource}


def bundle(resources: Iterable[Resource], *, now: datetime) -> Resource:
    """A collection: things that belong together, to be read, not a document with one author and
    not an order to store them."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(now),
        "entry": [entry(resource) for resource in resources],
    }


def known(values: Mapping[str, Any]) -> Resource:
    """Without what is empty: FHIR forbids empty elements."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}

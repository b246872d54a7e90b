"""Whether resources are valid FHIR R4, each by its own model, and hang together."""

import json
from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B import get_fhir_model_class


def check_bundle(bundle: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Its resources by type, after each was validated and every reference was found."""
    bundle = json.loads(json.dumps(bundle))
    get_fhir_model_class("Bundle").model_validate(bundle)
    found: dict[str, list[dict[str, Any]]] = {}
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        found.setdefault(resource["resourceType"], []).append(resource)
    assert set(references(bundle)) <= set(urls)
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for below in value.values():
            yield from references(below)
    elif isinstance(value, list):
        for below in value:
            yield from references(below)

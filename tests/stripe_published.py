"""Stripe's published API description, to hold the sandbox's answers against.

Set-up fetches it (`make setup-test`). Answers are checked more strictly than the description asks:
a field that it doesn't know is a fault, so the sandbox can't invent any.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from billing.sandbox.description import Description

FILE = Path(__file__).resolve().parent.parent / "var" / "stripe" / "spec3.json"
ADDRESS = "urn:stripe-published"
Json = dict[str, Any]


@lru_cache(maxsize=1)
def description() -> Description:
    assert FILE.is_file(), f"Stripe's description is missing at {FILE}: run `make setup-test`."
    return Description.load(FILE)


class Published:
    """Says what is wrong with an object or an answer."""

    def __init__(self, document: Json) -> None:
        schemas = {
            name: as_json_schema(schema)
            for name, schema in document["components"]["schemas"].items()
        }
        whole = {"components": {"schemas": schemas}}
        resource = DRAFT202012.create_resource(whole)
        self._registry: Registry[Any] = Registry().with_resource(ADDRESS, resource)

    def object_faults(self, thing: Json) -> list[str]:
        """`thing` names its own kind, as Stripe's objects do."""
        return self._faults({"$ref": _reference(thing["object"])}, thing)

    def answer_faults(self, method: str, path: str, status: int, body: Json) -> list[str]:
        """A good answer by its operation, any other by Stripe's schema of errors."""
        if status != 200:
            return self._faults({"$ref": _reference("error")}, body)
        operation = description().operation(method, path)
        assert operation is not None, path
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        return self._faults(as_json_schema(schema), body)

    def _faults(self, schema: Json, thing: Json) -> list[str]:
        validator = Draft202012Validator(schema, registry=self._registry)
        return [
            f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(thing)
        ]


def _leaves(error: ValidationError) -> list[ValidationError]:
    """Of the alternatives that all failed, what is wrong with the one that was nearest."""
    if not error.context:
        return [error]
    branches: dict[Any, list[ValidationError]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).append(each)
    nearest = max(branches.values(), key=lambda errors: max(len(e.path) for e in errors))
    return [leaf for each in nearest for leaf in _leaves(each)]


@lru_cache(maxsize=1)
def published() -> Published:
    return Published(description().document)


def as_json_schema(schema: Any) -> Any:
    """OpenAPI 3.0's dialect as JSON Schema, with closed objects."""
    if isinstance(schema, list):
        return [as_json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": _reference(schema["$ref"].rsplit("/", 1)[1])}
    kept = {name: as_json_schema(value) for name, value in schema.items() if _matters(name)}
    if "properties" in schema:
        known = schema["properties"].items()
        kept["properties"] = {name: as_json_schema(value) for name, value in known}
        kept.setdefault("additionalProperties", False)
    if kept.pop("nullable", False) is True:
        return {"anyOf": [kept, {"type": "null"}]}
    return kept


def _matters(name: str) -> bool:
    return name not in ("description", "title", "format") and not name.startswith("x-")


def _reference(name: str) -> str:
    return f"{ADDRESS}#/components/schemas/{name}"

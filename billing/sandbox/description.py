"""Stripe's published OpenAPI description, to hold every request against.

The description is not part of this project: it is read from the file that the caller names.
"""

import json
import re
from pathlib import Path
from typing import Any

from billing.sandbox.errors import Json

FORM = "application/x-www-form-urlencoded"
WHOLE = re.compile(r"-?\d+")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Description:
    """Says what is wrong with a request, in the order of its parameters."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.version: str = document["info"]["version"]
        templates = sorted(document["paths"], key=lambda path: path.count("{"))
        self._paths = [(_pattern(template), template) for template in templates]

    @classmethod
    def load(cls, path: Path) -> "Description":
        """Raises OSError when it is not there."""
        return cls(json.loads(path.read_bytes()))

    def operation(self, method: str, path: str) -> Json | None:
        for pattern, template in self._paths:
            if pattern.fullmatch(path):
                found = self.document["paths"][template].get(method.lower())
                if found:
                    return found
        return None

    def problems(self, method: str, path: str, params: Json) -> list[str]:
        operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path}: no such operation"]
        return self._check(_request_schema(method, operation), params, "")

    def _check(self, schema: Json, value: Any, where: str) -> list[str]:
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        if "anyOf" in schema:
            tries = [self._check(choice, value, where) for choice in schema["anyOf"]]
            return min(tries, key=len)
        if schema.get("type") == "object":
            return self._check_object(schema, value, where)
        if schema.get("type") == "array":
            return self._check_array(schema, value, where)
        return _check_leaf(schema, value, where)

    def _check_object(self, schema: Json, value: Any, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: an object is expected"]
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        problems = []
        for name in schema.get("required", []):
            if name not in value:
                problems.append(f"{_inside(where, name)}: missing")
        for name, child in value.items():
            if name in known:
                problems += self._check(known[name], child, _inside(where, name))
            elif isinstance(other, dict):
                problems += self._check(other, child, _inside(where, name))
            elif other is not True:
                problems.append(f"{_inside(where, name)}: unknown parameter")
        return problems

    def _check_array(self, schema: Json, value: Any, where: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{where}: a list is expected"]
        return [
            problem
            for position, child in enumerate(value)
            for problem in self._check(schema["items"], child, f"{where}[{position}]")
        ]


def _check_leaf(schema: Json, value: Any, where: str) -> list[str]:
    """Form values are text: a number is text that reads as one."""
    if not isinstance(value, str):
        return [f"{where}: a single value is expected"]
    kind = schema.get("type")
    if kind == "integer" and not WHOLE.fullmatch(value):
        return [f"{where}: {value!r} is not an integer"]
    if kind == "number" and not NUMBER.fullmatch(value):
        return [f"{where}: {value!r} is not a number"]
    if kind == "boolean" and value not in ("true", "false"):
        return [f"{where}: {value!r} is not a boolean"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not one of the known values"]
    if len(value) > schema.get("maxLength", len(value)):
        return [f"{where}: longer than {schema['maxLength']} characters"]
    return []


def _request_schema(method: str, operation: Json) -> Json:
    if method == "POST":
        content = operation.get("requestBody", {}).get("content", {})
        return content.get(FORM, {}).get("schema", {"type": "object"})
    asked = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    return {
        "type": "object",
        "properties": {each["name"]: each["schema"] for each in asked},
        "required": [each["name"] for each in asked if each.get("required")],
    }


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)))


def _inside(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name

"""Stripe's form encoding: `line_items[0][price_data][currency]=usd` as nested values."""

import re
from typing import Any
from urllib.parse import parse_qsl

from billing.sandbox.errors import ApiError, Json, invalid, missing

KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def decode(encoded: str) -> Json:
    """Nested dictionaries and lists with strings as leaves. Raises ApiError on a broken key."""
    tree: Json = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        _put(tree, _steps(key), value)
    return {name: _lists(child) for name, child in tree.items()}


def whole(value: object, param: str) -> int:
    """A number that came as text. Raises ApiError for anything but a whole one."""
    if value is None:
        raise missing(param)
    if not re.fullmatch("[0-9]{1,15}", str(value)):
        raise invalid(param, f"Invalid integer: {value}", "parameter_invalid_integer")
    return int(str(value))


def _steps(key: str) -> list[str]:
    match = KEY.match(key)
    if not match:
        raise ApiError(f"Invalid parameter name: {key}", before_execution=True)
    return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


def _put(tree: Json, steps: list[str], value: str) -> None:
    *above, last = steps
    for step in above:
        tree = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise ApiError(f"Invalid parameter: {step}", before_execution=True)
    tree[last or str(len(tree))] = value


def _lists(value: Any) -> Any:
    """A dictionary whose keys are 0, 1, 2 ... is a list."""
    if not isinstance(value, dict):
        return value
    children = {key: _lists(child) for key, child in value.items()}
    if children and all(key.isdigit() for key in children):
        return [children[key] for key in sorted(children, key=int)]
    return children

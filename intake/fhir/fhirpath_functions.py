"""FHIRPath functions that stand in place of the library's own.

Its own read the machine's clock, print on trace(), lose `$this` behind a filter, and make texts,
numbers and collections of any size.
"""

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from intake.fhir.patterns import is_tame

LONGEST_TEXT = 5_000  # characters of a text that is made
LARGEST = Decimal(10) ** 30
MOST_HELD = 500  # elements of collections that are held against each other
MOST_ELEMENTS = 10_000  # of a collection that is made
PAIRING = (
    "|", "union", "exclude", "intersect", "subsetOf", "supersetOf", "distinct", "isDistinct",
    "~", "!~",
)  # fmt: skip
"""They hold each element against each."""
FILTERS = ("where", "exists", "all", "aggregate", "iif", "coalesce")
GROWING = ("*", "+", "&", "power", "exp")
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
Function = Callable[..., Any]


class BadExpression(Exception):
    """It can't be read or evaluated, or takes too much."""


@lru_cache(maxsize=1)
def functions() -> dict[str, Any]:
    from fhirpathpy.engine.invocations import invocation_registry, strings

    def instead(name: str, function: Function) -> dict[str, Any]:
        return {name: {**invocation_registry[name], "fn": function}}

    def around(names: tuple[str, ...], guard: Callable[[Function], Function]) -> dict[str, Any]:
        return {
            name: {**invocation_registry[name], "fn": guard(invocation_registry[name]["fn"])}
            for name in names
        }

    return {
        **around(PAIRING, _few),
        **around(FILTERS, _restoring),
        **around(GROWING, _small),
        **instead("select", _restoring(_select)),
        **instead("repeat", _restoring(_repeat)),
        **instead("combine", _combine),
        **instead("matches", _tame(strings.matches)),
        **instead("replaceMatches", _tame(strings.replace_matches)),
        **instead("replace", _replace),
        **instead("join", _join),
        **instead("trace", lambda context, data, label="": data),
        **instead("sum", _sum),
        **instead("now", lambda context, data: context["moment"].isoformat(timespec="seconds")),
        **instead("today", lambda context, data: context["moment"].date().isoformat()),
        **instead("timeOfDay", lambda context, data: context["moment"].strftime("%H:%M:%S")),
        "round": {"fn": _round, "arity": {0: [], 1: ["Number"]}},
        "ordinal": {"fn": _ordinals},
        "weight": {"fn": _ordinals},
    }


def _restoring(function: Function) -> Function:
    """`$this` is what it was before, once a filter is through."""

    def restoring(context: dict[str, Any], *arguments: Any) -> Any:
        kept = {name: value for name, value in context.items() if name in ("$this", "$index")}
        try:
            return function(context, *arguments)
        finally:
            for name in ("$this", "$index"):
                context.pop(name, None)
            context.update(kept)

    return restoring


def _few(function: Function) -> Function:
    def few(context: Any, *collections: Any) -> Any:
        sizes = [len(each) for each in collections if isinstance(each, list)]
        if sum(sizes) > MOST_HELD:
            raise BadExpression("too large a collection")
        return function(context, *collections)

    return few


def _repeat(context: Any, data: Any, expression: Callable[[Any], list[Any]]) -> list[Any]:
    """Everything that is found again and again, each once."""
    found: list[Any] = []
    seen: set[Any] = set()
    waiting = deque(data)
    while waiting:
        context.meter.step()
        fresh = [element for element in expression(waiting.popleft()) if element not in seen]
        seen.update(fresh)
        found += fresh
        waiting.extend(fresh)
        _check_size(found)
    return found


def _select(context: Any, data: Any, expression: Callable[[Any], list[Any]]) -> list[Any]:
    found: list[Any] = []
    for index, element in enumerate(data):
        context["$index"] = index
        found += expression(element)
        _check_size(found)
    return found


def _combine(context: Any, left: list[Any], right: list[Any]) -> list[Any]:
    return _check_size([*left, *right])


def _check_size(elements: list[Any]) -> list[Any]:
    if len(elements) > MOST_ELEMENTS:
        raise BadExpression("too large a collection")
    return elements


def _small(function: Function) -> Function:
    def small(*arguments: Any) -> Any:
        return _checked(function(*arguments))

    return small


def _checked(made: Any) -> Any:
    if isinstance(made, str) and len(made) > LONGEST_TEXT:
        raise BadExpression("too long a text")
    if isinstance(made, (int, Decimal)) and Decimal(made).copy_abs() > LARGEST:
        raise BadExpression("too large a number")
    return made


def _data(values: Any) -> list[Any]:
    from fhirpathpy.engine.util import arraify, get_data

    return [get_data(value) for value in arraify(values)]


def _join(context: Any, data: Any, separator: str = "") -> Any:
    texts = [str(text) for text in _data(data)]
    if sum(map(len, texts)) + len(texts) * len(separator) > LONGEST_TEXT:
        raise BadExpression("too long a text")
    return separator.join(texts)


def _replace(context: Any, data: Any, old: str, new: str) -> Any:
    text = str(_data(data)[0])
    _check_growth(text, new)
    return _checked(text.replace(old, new))


def _check_growth(text: str, new: str) -> None:
    """Every character might be replaced."""
    if (len(text) + 1) * max(1, len(new)) > LONGEST_TEXT * 100:
        raise BadExpression("too long a text")


def _tame(function: Function) -> Function:
    """Only with patterns that come to an end."""

    def tame(context: Any, data: Any, pattern: Any, *new: Any) -> Any:
        text = "".join(map(str, _data(data)))
        if isinstance(pattern, str) and not is_tame(pattern, len(text)):
            raise BadExpression("an unruly pattern")
        _check_growth(text, "".join(map(str, new)))
        return _checked(function(context, data, pattern, *new))

    return tame


def _round(context: Any, data: Any, digits: Any = 0) -> Any:
    values = _data(data)
    places = min(max(int(digits or 0), 0), 12)
    step = Decimal(1).scaleb(-places)
    return Decimal(values[0]).quantize(step, rounding="ROUND_HALF_UP") if values else []


def _sum(context: Any, data: Any) -> Any:
    """Of nothing it is nothing, not zero."""
    values = _data(data)
    return _checked(sum(map(Decimal, values), Decimal(0))) if values else []


def _ordinals(context: Any, data: Any) -> list[Any]:
    """The points of chosen options, as their codings in the response carry them."""
    codings = (value.get("valueCoding", value) for value in _data(data) if isinstance(value, dict))
    return [
        Decimal(str(extension["valueDecimal"]))
        for coding in codings
        for extension in coding.get("extension", ())
        if extension.get("url") == ORDINAL
    ]

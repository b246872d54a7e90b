"""FHIRPath expressions that others wrote, evaluated so that none can hang, swell or speak.

The library is imported late: it takes a third of a second. It knows no limits, reads the
machine's clock, prints on trace(), and loses `$this` behind a filter; the table below mends that.
"""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import FrameType
from typing import Any

from intake.fhir.patterns import is_tame

LONGEST = 4_000  # characters of an expression
LONGEST_TEXT = 20_000  # characters of a text that it makes
LARGEST = Decimal(10) ** 30
CALLS = 400_000
SECONDS = 0.5  # of this thread's own work
PARSE_CALLS, PARSE_SECONDS = 5_000_000, 3.0
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


class BadExpression(Exception):
    """It can't be read or evaluated, or takes too much."""


class _TooMuch(BaseException):
    """Not an Exception, so that nothing on the way takes it for an error of its own."""


class _Meter:
    """Counts the calls of a thread and stops it when there are too many."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.left = calls
        self.until = time.thread_time() + seconds

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            self.left -= 1
            if self.left < 0 or (self.left % 256 == 0 and time.thread_time() > self.until):
                raise _TooMuch


def _metered(act: Callable[[], Any], calls: int, seconds: float) -> Any:
    """Raises BadExpression for whatever goes wrong on the way."""
    before = sys.getprofile()
    sys.setprofile(_Meter(calls, seconds))
    try:
        return act()
    except (_TooMuch, Exception) as error:  # the library raises bare Exceptions
        sys.setprofile(None)
        raise BadExpression(type(error).__name__) from None
    finally:
        sys.setprofile(before)


def evaluate(
    expression: str, *, focus: Any, variables: Mapping[str, Any], now: datetime
) -> list[Any]:
    """Plain values and JSON objects. `now` is on the practice's clock. Raises BadExpression."""
    from fhirpathpy.engine import do_eval
    from fhirpathpy.engine.util import arraify, get_data

    tree = _parsed(expression)
    context = {
        "dataRoot": arraify(focus),
        "vars": {"context": focus, "ucum": "http://unitsofmeasure.org", **variables},
        "model": _model(),
        "userInvocationTable": _table(),
        "moment": now,
    }
    found = _metered(
        lambda: do_eval(context, context["dataRoot"], tree["children"][0]), CALLS, SECONDS
    )
    return [get_data(value) for value in arraify(found)]


@lru_cache(maxsize=2_000)
def _parsed(expression: str) -> dict[str, Any]:
    """In brackets, so that something left over behind it is an error."""
    from fhirpathpy.parser import parse

    if len(expression) > LONGEST:
        raise BadExpression("too long")
    tree: dict[str, Any] = _metered(lambda: parse(f"({expression}\n)"), PARSE_CALLS, PARSE_SECONDS)
    return tree


@lru_cache(maxsize=1)
def _model() -> Any:
    from fhirpathpy.models import models

    return models["r4"]


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    """What stands in place of the library's own functions."""
    from fhirpathpy.engine.invocations import invocation_registry, math, strings

    clock = {
        "now": {"fn": lambda context, data: context["moment"].isoformat(timespec="seconds")},
        "today": {"fn": lambda context, data: context["moment"].date().isoformat()},
        "timeOfDay": {"fn": lambda context, data: context["moment"].strftime("%H:%M:%S")},
    }
    numbers = {
        "*": {**invocation_registry["*"], "fn": _small(math.mul)},
        "+": {**invocation_registry["+"], "fn": _small(math.plus)},
        "power": {**invocation_registry["power"], "fn": _small(math.power)},
        "exp": {**invocation_registry["exp"], "fn": _small(math.exp)},
        "round": {"fn": _round, "arity": {0: [], 1: ["Number"]}},
        "sum": {"fn": _sum},
        "ordinal": {"fn": _ordinals},
        "weight": {"fn": _ordinals},
    }
    texts = {
        "&": {**invocation_registry["&"], "fn": _small(math.amp)},
        "join": {**invocation_registry["join"], "fn": _join},
        "replace": {**invocation_registry["replace"], "fn": _replace},
        "matches": {**invocation_registry["matches"], "fn": _tame(strings.matches)},
        "replaceMatches": {
            **invocation_registry["replaceMatches"],
            "fn": _tame(strings.replace_matches),
        },
        "trace": {"fn": lambda context, data, label="": data, "arity": {0: [], 1: ["String"]}},
    }
    names = ("where", "select", "exists", "all", "repeat", "aggregate", "iif", "coalesce")
    macros = {
        name: {**invocation_registry[name], "fn": _restoring(invocation_registry[name]["fn"])}
        for name in names
    }
    return clock | numbers | texts | macros


def _restoring(function: Callable[..., Any]) -> Callable[..., Any]:
    """`$this` is what it was before, once a filter is through."""

    def restoring(context: dict[str, Any], *arguments: Any) -> Any:
        kept: dict[str, Any] = {
            name: context[name] for name in ("$this", "$index") if name in context
        }
        try:
            return function(context, *arguments)
        finally:
            for name in ("$this", "$index"):
                context.pop(name, None)
            context.update(kept)

    return restoring


def _small(function: Callable[..., Any]) -> Callable[..., Any]:
    """Refuses to make huge texts and numbers."""

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
    if sum(map(len, texts)) + len(texts) * len(separator or "") > LONGEST_TEXT:
        raise BadExpression("too long a text")
    return (separator or "").join(texts)


def _replace(context: Any, data: Any, old: str, new: str) -> Any:
    text = str(_data(data)[0])
    if (len(text) + 1) * max(1, len(new)) > LONGEST_TEXT * 50:
        raise BadExpression("too long a text")
    return _checked(text.replace(old, new))


def _tame(function: Callable[..., Any]) -> Callable[..., Any]:
    """Only with patterns that come to an end."""

    def tame(context: Any, data: Any, pattern: Any, *more: Any) -> Any:
        text = "".join(map(str, _data(data)))
        if isinstance(pattern, str) and not is_tame(pattern, len(text)):
            raise BadExpression("an unruly pattern")
        if len(text) * max(1, *(len(str(each)) for each in (*more, ""))) > LONGEST_TEXT * 50:
            raise BadExpression("too long a text")
        return _checked(function(context, data, pattern, *more))

    return tame


def _round(context: Any, data: Any, digits: Any = 0) -> Any:
    values = _data(data)
    if not values:
        return []
    places = min(max(int(digits or 0), 0), 12)
    return Decimal(values[0]).quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")


def _sum(context: Any, data: Any) -> Any:
    """Of nothing it is nothing, not zero."""
    values = _data(data)
    return _checked(sum(map(Decimal, values), Decimal(0))) if values else []


def _ordinals(context: Any, data: Any) -> list[Any]:
    """The points of chosen options, as their codings in the response carry them."""
    found = []
    for value in _data(data):
        coding = value.get("valueCoding", value) if isinstance(value, dict) else {}
        for extension in coding.get("extension", ()):
            if extension.get("url") == ORDINAL:
                found.append(Decimal(str(extension["valueDecimal"])))
    return found

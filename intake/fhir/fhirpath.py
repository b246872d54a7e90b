"""FHIRPath expressions that others wrote, evaluated so that none can hang, swell or speak.

The library is imported late: it takes a third of a second. It knows no limits; here every operator
and every function that is called is a step, and steps are counted.
"""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import FrameType
from typing import Any

from intake.fhir.fhirpath_functions import BadExpression, functions

__all__ = ["BadExpression", "evaluate", "lying_at", "plain"]

LONGEST = 4_000  # characters of an expression
STEPS = 200_000
SECONDS = 0.5  # of this thread's own work
PARSE_CALLS, PARSE_SECONDS = 5_000_000, 3.0


class _TooMuch(BaseException):
    """Not an Exception, so that nothing on the way takes it for an error of its own."""


class _Meter:
    """Stops what takes too many steps, or too long."""

    def __init__(self, steps: int, seconds: float) -> None:
        self.left = steps
        self.until = time.thread_time() + seconds

    def step(self) -> None:
        self.left -= 1
        if self.left < 0 or (self.left % 64 == 0 and time.thread_time() > self.until):
            raise _TooMuch


class _Context(dict[str, Any]):
    """The library looks into its table of functions for every operator and every function."""

    meter: _Meter

    def __getitem__(self, name: str) -> Any:
        if name == "userInvocationTable":
            self.meter.step()
        return super().__getitem__(name)


def evaluate(
    expression: str, *, focus: Any, variables: Mapping[str, Any], now: datetime
) -> list[Any]:
    """Values that know where they lie in the resource; `plain` makes them Python's own.

    `now` is on the practice's clock. Raises BadExpression.
    """
    from fhirpathpy.engine import do_eval
    from fhirpathpy.engine.util import arraify

    tree = _parsed(expression)
    context = _Context(
        dataRoot=arraify(focus),
        vars={"context": focus, "ucum": "http://unitsofmeasure.org", **variables},
        model=_model(),
        userInvocationTable=functions(),
        moment=now,
    )
    context.meter = _Meter(STEPS, SECONDS)
    found = _guarded(lambda: do_eval(context, context["dataRoot"], tree["children"][0]))
    values: list[Any] = arraify(found)
    return values


def plain(values: list[Any]) -> list[Any]:
    from fhirpathpy.engine.util import get_data

    return [get_data(value) for value in values]


def lying_at(path: str, element: Any) -> Any:
    """A part of a resource that is looked at by itself, such as a QuestionnaireResponse.item."""
    from fhirpathpy.engine.nodes import ResourceNode

    return ResourceNode.create_node(element, path)


def _guarded(act: Callable[[], Any]) -> Any:
    """Raises BadExpression for whatever goes wrong on the way."""
    try:
        return act()
    except (_TooMuch, Exception) as error:  # the library raises bare Exceptions
        raise BadExpression(type(error).__name__) from None


@lru_cache(maxsize=2_000)
def _parsed(expression: str) -> dict[str, Any]:
    if len(expression) > LONGEST:
        raise BadExpression("too long")
    tree: dict[str, Any] = _guarded(lambda: _watched(lambda: _parse(expression)))
    return tree


def _parse(expression: str) -> Any:
    """As the library does it, but with every error raised, and nothing left over behind it."""
    from antlr4 import CommonTokenStream, InputStream, Token
    from antlr4.error.ErrorListener import ErrorListener
    from antlr4.tree.Tree import ParseTreeWalker
    from fhirpathpy.parser.ASTPathListener import ASTPathListener
    from fhirpathpy.parser.generated.FHIRPathLexer import FHIRPathLexer
    from fhirpathpy.parser.generated.FHIRPathParser import FHIRPathParser

    class Strict(ErrorListener):
        def syntaxError(self, *details: object) -> None:
            raise BadExpression("can't be read")

    lexer = FHIRPathLexer(InputStream(expression))
    parser = FHIRPathParser(CommonTokenStream(lexer))
    for reader in (lexer, parser):
        reader.removeErrorListeners()
        reader.addErrorListener(Strict())
    tree, listener = parser.expression(), ASTPathListener()
    if parser.getCurrentToken().type != Token.EOF:
        raise BadExpression("something is left over")
    ParseTreeWalker().walk(listener, tree)
    return listener.parentStack[0]


def _watched(act: Callable[[], Any]) -> Any:
    """The parser offers no place to count its steps, so every call of this thread is one."""
    meter, before = _Meter(PARSE_CALLS, PARSE_SECONDS), sys.getprofile()

    def count(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            meter.step()

    sys.setprofile(count)
    try:
        return act()
    finally:
        sys.setprofile(before)


@lru_cache(maxsize=1)
def _model() -> Any:
    from fhirpathpy.models import models

    return models["r4"]

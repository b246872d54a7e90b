"""Log lines without people's words: the message of an exception may quote what somebody wrote."""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

SECRET_ADDRESS = re.compile(r"/calendar/[^/\s?]+\.ics")
"""Whoever knows it reads the calendar; Django logs the address of every answer of 400 and above."""


class WordlessFormatter(logging.Formatter):
    """Shows where an exception was raised and its class, never its message, and no secret."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET_ADDRESS.sub("/calendar/(secret).ics", super().format(record))

    def formatException(self, ei: Any) -> str:
        _, error, trace = ei
        if error is None:
            return ""
        return "\n".join(["Traceback, messages left out:", *_places(error, trace)])


class WordlessTasks(logging.Filter):
    """Celery writes the exception of a failed task into the line itself; its class will do."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            record.args = {**record.args, "exc": kind.__name__ if kind else "(left out)"}
        return True


def _places(error: BaseException, trace: TracebackType | None) -> Iterator[str]:
    """From the first cause to what came of it, as Python orders them."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _places(cause, cause.__traceback__)
        yield "which led to:"
    yield from (line.rstrip() for line in traceback.format_tb(trace))
    yield type(error).__name__

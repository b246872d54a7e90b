import logging
import logging.config
from io import StringIO
from typing import Any

import pytest
from celery.app.trace import LOG_FAILURE
from django.conf import settings
from django.test import Client as Browser

pytestmark = pytest.mark.django_db
WORDS = "I have told nobody else"


def tell() -> None:
    try:
        raise KeyError(WORDS)
    except KeyError as error:
        raise ValueError(f"cannot read {WORDS!r}") from error


@pytest.fixture
def lines() -> Any:
    """What the portal's own settings would write to standard error."""
    stream = StringIO()
    formatter = dict(settings.LOGGING["formatters"]["line"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.config.DictConfigurator({}).configure_formatter(formatter))
    for name in ("django.request", "celery.app.trace"):
        logging.getLogger(name).addHandler(handler)
    yield stream
    for name in ("django.request", "celery.app.trace"):
        logging.getLogger(name).removeHandler(handler)


def test_a_page_that_fails_logs_the_place_and_not_the_words(
    lines: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.views.public.render", lambda *args, **kwargs: tell())

    answer = Browser(raise_request_exception=False).get("/how-i-work/")

    assert answer.status_code == 500
    assert WORDS not in lines.getvalue()
    first, *_, last = [line for line in lines.getvalue().splitlines() if line]
    assert first.endswith("ERROR django.request Internal Server Error: /how-i-work/")
    assert "KeyError\nwhich led to:\n" in lines.getvalue()
    assert last == "ValueError"
    assert ", in tell" in lines.getvalue()


def test_a_task_that_fails_logs_its_class_and_not_the_words(lines: StringIO) -> None:
    try:
        tell()
    except ValueError as error:
        context = {"name": "a_task", "id": 1, "description": "raised unexpected", "exc": str(error)}
        logging.getLogger("celery.app.trace").error(LOG_FAILURE, context, exc_info=True)

    assert WORDS not in lines.getvalue()
    assert "Task a_task[1] raised unexpected: ValueError\n" in lines.getvalue()

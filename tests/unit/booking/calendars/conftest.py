"""A practice whose therapist keeps a calendar on a real CalDAV server."""

from itertools import count
from typing import Any

import pytest

import booking.tasks  # noqa: F401 - registers the effects
from booking.models import CalendarConnection, SessionType
from tests.factories.booking import a_session_type
from tests.factories.calendars import a_connection
from tests.servers.radicale import Radicale

_numbers = count()


@pytest.fixture(autouse=True)
def _at_home(settings: Any) -> None:
    settings.CALDAV_PRIVATE_ADDRESSES = True


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


@pytest.fixture
def calendar(radicale_server: Radicale) -> str:
    """An empty calendar of the therapist; its address."""
    return radicale_server.make_calendar(f"work{next(_numbers)}")


@pytest.fixture
def connection(session_type: SessionType, calendar: str) -> CalendarConnection:
    return a_connection(session_type, calendar)

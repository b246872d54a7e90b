"""The pages of booking, on New Year's Day 2027 at ten in the morning in New York."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Client
from booking.models import CalendarConnection, SessionType
from booking.views import api
from tests.factories.accounts import add_app
from tests.factories.booking import NOW, ClientFactory, a_session_type
from tests.servers.radicale import PASSWORD, USERNAME, Radicale


@pytest.fixture(autouse=True)
def _new_years_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _fresh_throttle() -> Iterator[None]:
    api.throttle.clear()
    yield
    api.throttle.clear()


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type()


@pytest.fixture
def therapist(session_type: SessionType) -> Browser:
    user, browser = session_type.practitioner.user, Browser()
    add_app(user)
    browser.force_login(user)
    return browser


@pytest.fixture
def person() -> Client:
    """A client whose details are known."""
    return ClientFactory(phone="212 555 0100", state="NY")


@pytest.fixture
def browser(person: Client) -> Browser:
    browser = Browser()
    browser.force_login(person.user)
    return browser


_made = iter(range(1000))


@pytest.fixture
def calendar(radicale_server: Radicale) -> Iterator[str]:
    url = radicale_server.make_calendar(f"page{next(_made)}", called="Rowan’s days")
    yield url
    radicale_server.remove(url)


@pytest.fixture
def connection(session_type: SessionType, calendar: str) -> CalendarConnection:
    return CalendarConnection.objects.create(
        practitioner=session_type.practitioner,
        name="Rowan’s days",
        server_url=calendar.split(USERNAME)[0],
        calendar_url=calendar,
        username=USERNAME,
        password=PASSWORD,
    )

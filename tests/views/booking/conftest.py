"""The pages of booking, on New Year's Day 2027 at ten in the morning in New York."""

from collections.abc import Iterator

import pytest
import time_machine

from booking.views import api
from tests.factories.booking import NOW


@pytest.fixture(autouse=True)
def _new_years_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _fresh_throttle() -> Iterator[None]:
    api.throttle.clear()
    yield
    api.throttle.clear()

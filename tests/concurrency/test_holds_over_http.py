"""Many people want the same time at once: one gets it, and every other one is told."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from scripts.html_page import NotOnPage
from scripts.visitor import Page, Visitor
from tests.servers.portal import Portal

CLIENTS, SLOTS, SERVERS = 32, 20, 4
NEW_YORK = ZoneInfo("America/New_York")
LENGTHS = (20, 50, 80)
GRID = 5
SET_UP = """
from datetime import time
from accounts.models import Role, User
from booking.models import AvailabilityRule, Practitioner, SessionType
user = User.objects.create(email="wanted@practice.example.com", role=Role.THERAPIST)
wanted = Practitioner.objects.create(user=user, name="Everybody's Choice")
for weekday in range(7):
    AvailabilityRule.objects.create(practitioner=wanted, weekday=weekday, starts=time(8),
                                    ends=time(20))
for minutes in (20, 50, 80):
    SessionType.objects.create(practitioner=wanted, slug=f"wanted-{minutes}", minutes=minutes,
        name="Wanted", grid_minutes=5, buffer_after_minutes=10, notice_hours=1, horizon_days=60)
"""
LIVE = "('held', 'requested', 'confirmed', 'completed', 'no_show')"
OVERLAPS = f"""
select count(*) from booking_appointment one join booking_appointment other
on one.id < other.id and one.practitioner_id = other.practitioner_id
and one.blocked_from < other.blocked_until and other.blocked_from < one.blocked_until
where one.status in {LIVE} and other.status in {LIVE}
"""
HELD = """
select count(*) from booking_appointment where status = 'held' and practitioner_id =
(select id from booking_practitioner where name = 'Everybody''s Choice')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def busy_portal(request, new_portal) -> Portal:
    extra = {"HOLDS_PER_ADDRESS": "0", "HOLD_REQUESTS_PER_MINUTE": "0"}
    if request.param == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    portal.shell(SET_UP)
    portal.start_web(workers=SERVERS)
    return portal


def moments() -> list[datetime]:
    """Twenty instants, two a day, far enough apart that no two sessions meet."""
    first = (datetime.now(NEW_YORK) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    days = [first + timedelta(days=day) for day in range(SLOTS // 2)]
    return [day.replace(hour=hour) for day in days for hour in (11, 16)]


def wishes(moment: datetime, chance: random.Random) -> list[tuple[str, str]]:
    """For each client a session that takes place at this moment: any length, any start."""
    possible = [
        (f"wanted-{minutes}", (moment - timedelta(minutes=earlier)).isoformat())
        for minutes in LENGTHS
        for earlier in range(0, minutes, GRID)
    ]
    chance.shuffle(possible)
    return [possible[index % len(possible)] for index in range(CLIENTS)]


def csrf_token(portal: Portal) -> str:
    visitor = Visitor(portal.url, timeout=60)
    visitor.get("/book/wanted-50/").form("start", "csrfmiddlewaretoken")
    return visitor.cookie("csrftoken")


def try_to_hold(portal: Portal, token: str, wish: tuple[str, str], together: Barrier) -> Page:
    """One new visitor, who presses the button when all the others do."""
    slug, start = wish
    visitor = Visitor(portal.url, timeout=120)
    visitor.cookies[f"127.0.0.1:{portal.port}"] = {"csrftoken": token}
    body = f"csrfmiddlewaretoken={token}&place=telehealth&start={start.replace('+', '%2B')}"
    together.wait(timeout=60)
    return visitor.request("POST", f"{portal.url}/book/{slug}/hold/", body.encode())


def told(page: Page) -> str:
    """What the person learns: that the time is theirs, or why it is not."""
    if page.status == 302 and page.headers["location"].startswith("/hold/"):
        return "won"
    if page.status == 409 and 'role="alert"' in page.text:
        return "lost"
    raise NotOnPage(f"{page.status}: {page.words[:300]}")


def test_exactly_one_of_32_gets_each_of_20_times(busy_portal):
    token, chance = csrf_token(busy_portal), random.Random(20270104)
    together = Barrier(CLIENTS)
    outcomes = []

    with ThreadPoolExecutor(CLIENTS) as clients:
        for moment in moments():
            pages = list(
                clients.map(
                    lambda wish: try_to_hold(busy_portal, token, wish, together),
                    wishes(moment, chance),
                )
            )
            outcomes.append(Counter(told(page) for page in pages))

    assert outcomes == [Counter(won=1, lost=CLIENTS - 1)] * SLOTS
    assert busy_portal.rows(HELD) == [(SLOTS,)]
    assert busy_portal.rows(OVERLAPS) == [(0,)]
    assert "Traceback" not in busy_portal.logs()
    loser = next(page for page in pages if told(page) == "lost")
    assert "The nearest open times" in loser.words
    assert loser.form("start", "place").buttons

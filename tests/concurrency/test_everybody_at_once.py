"""Visitors, clients, the therapist and the waitlist want one moment at once, round after round."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest

from scripts.html_page import NotOnPage
from scripts.stamps import ROOT
from scripts.visitor import Page, Visitor
from tests.concurrency.test_holds_over_http import NEW_YORK, OVERLAPS
from tests.servers.portal import Portal

ROUNDS, SERVERS = 50, 4
TOKEN = "0123456789abcdefghijklmnopqrstuv"
SET_UP = """
import json, sys
from datetime import datetime, time, timedelta
from django.test import Client as Browser
from accounts.models import Role, User
from booking.models import AvailabilityRule, Practitioner, SessionType
from tests.factories.accounts import add_app
from tests.factories.booking import ClientFactory, an_appointment
from tests.factories.waitlist import a_line

therapist = User.objects.create(email="wanted@practice.example.com", role=Role.THERAPIST)
add_app(therapist)
wanted = Practitioner.objects.create(user=therapist, name="Everybody's Choice")
for weekday in range(7):
    AvailabilityRule.objects.create(practitioner=wanted, weekday=weekday, starts=time(6),
                                    ends=time(22))
types = {slug: SessionType.objects.create(practitioner=wanted, slug=slug, minutes=50, name="Wanted",
             grid_minutes=5, buffer_after_minutes=10, notice_hours=1, horizon_days=90,
             booking=booking)
         for slug, booking in (("wanted", "instant"), ("asked", "request"))}
moments = [datetime.fromisoformat(text) for text in json.loads('MOMENTS')]

def known():
    return ClientFactory(phone="212 555 0100", state="NY")

def session(user):
    browser = Browser()
    browser.force_login(user)
    return browser.cookies["sessionid"].value

def booked(client, later):
    return [str(an_appointment(types["wanted"], moment + timedelta(hours=later),
                               client=client).public_id) for moment in moments]

first, second, asking = known(), known(), known()
a_line(types["wanted"], *({} for _ in moments))
print(json.dumps({
    "practitioner": wanted.pk,
    "client": second.pk,
    "sessions": {"first": session(first.user), "second": session(second.user),
                 "asking": session(asking.user), "therapist": session(therapist)},
    "first": booked(first, 3), "second": booked(second, -3), "therapist": booked(known(), 5),
}))
"""
WAITLIST = """
import sys
from datetime import datetime, timedelta
from booking.services import waitlist_offers
from booking.services.waitlist_offers import Opening
from portal.shared.clock import utc_now
print("ready", flush=True)
for line in sys.stdin:
    start = datetime.fromisoformat(line.strip())
    opening = Opening(PRACTITIONER, start, start + timedelta(minutes=1))
    made = waitlist_offers.offer(opening=opening, now=utc_now())
    print("won" if made else "lost", flush=True)
"""
LOST = ("alert", "Another appointment or its pause stands in this time.")


@dataclass
class Crowd:
    """Those who want the moment, each with their own way to take it."""

    portal: Portal
    cast: dict[str, Any]
    waitlist: subprocess.Popen[str]

    def visitor(self, session: str = "") -> Visitor:
        """Somebody at a browser of their own, signed in or not."""
        visitor = Visitor(self.portal.url, timeout=120)
        cookies = {"csrftoken": TOKEN} | ({"sessionid": session} if session else {})
        visitor.cookies[f"127.0.0.1:{self.portal.port}"] = cookies
        return visitor

    def send(self, visitor: Visitor, path: str, **values: str) -> Page:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **values}).encode()
        return visitor.request("POST", self.portal.url + path, body)

    def hold(self, start: datetime, minutes: int) -> str:
        """A visitor without an account."""
        at = (start + timedelta(minutes=minutes)).isoformat()
        page = self.send(self.visitor(), "/book/wanted/hold/", place="telehealth", start=at)
        return told(page)

    def ask(self, start: datetime) -> str:
        """A client holds a time that has to be approved, and sends the request."""
        visitor = self.visitor(self.cast["sessions"]["asking"])
        at = start.isoformat()
        page = self.send(visitor, "/book/asked/hold/", place="telehealth", start=at)
        if told(page) == "lost":
            return "lost"
        held = page.headers["location"]
        visitor.get(held)
        return told(self.send(visitor, f"{held}details/", as_known="1"))

    def reschedule(self, who: str, number: int, start: datetime, minutes: int) -> str:
        """A client moves a session of theirs."""
        at = (start + timedelta(minutes=minutes)).isoformat()
        path = f"/appointments/{self.cast[who][number]}/move/"
        visitor = self.visitor(self.cast["sessions"][who])
        return told(self.send(visitor, path, place="telehealth", start=at))

    def move(self, number: int, start: datetime) -> str:
        """The therapist moves somebody's session."""
        path = f"/therapist/appointments/{self.cast['therapist'][number]}/move/"
        return told(self.send(self._therapist(), path, **self._wall(start)))

    def book(self, start: datetime) -> str:
        """The therapist books for a client."""
        wanted = {"client": str(self.cast["client"]), "session_type": "wanted"}
        page = self.send(self._therapist(), "/therapist/book/", **wanted, **self._wall(start))
        return told(page)

    def offer(self, start: datetime) -> str:
        """A worker offers the moment to whoever waits longest."""
        assert self.waitlist.stdin
        assert self.waitlist.stdout
        print(start.isoformat(), file=self.waitlist.stdin, flush=True)
        return self.waitlist.stdout.readline().strip()

    def _therapist(self) -> Visitor:
        return self.visitor(self.cast["sessions"]["therapist"])

    def _wall(self, start: datetime) -> dict[str, str]:
        local = start.astimezone(NEW_YORK)
        return {"on": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}", "place": "telehealth"}


def told(page: Page) -> str:
    """What the person learns: that the time is theirs, or that it is not. Anything else fails."""
    if page.status == 302 and "/accounts/" not in page.headers["location"]:
        return "won"
    if page.status in (200, 409, 410, 422) and any(words in page.text for words in LOST):
        return "lost"
    raise NotOnPage(f"{page.url} {page.status}: {page.words[:300]}")


def moments() -> list[datetime]:
    """One a round, two a day, far enough apart that no two rounds meet."""
    day = (datetime.now(NEW_YORK) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    days = [day + timedelta(days=number) for number in range(ROUNDS)]
    return [day.replace(hour=13).astimezone(UTC) for day in days]


@pytest.fixture(params=["sqlite", "postgresql"])
def crowd(request, new_portal) -> Any:
    extra = {"HOLDS_PER_ADDRESS": "0", "HOLD_REQUESTS_PER_MINUTE": "0"}
    if request.param == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    wanted = json.dumps([moment.isoformat() for moment in moments()])
    cast = json.loads(portal.shell(SET_UP.replace("MOMENTS", wanted)))
    portal.start_web(workers=SERVERS)
    code = WAITLIST.replace("PRACTITIONER", str(cast["practitioner"]))
    waitlist = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=portal.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waitlist.stdout
    assert waitlist.stdout.readline() == "ready\n"
    with waitlist:
        yield Crowd(portal, cast, waitlist)
        waitlist.kill()


def everybody(crowd: Crowd, number: int, start: datetime) -> dict[str, Callable[[], str]]:
    """All want time that holds this moment, so only one of them can have it."""
    acts: dict[str, Callable[[], str]] = {
        "visitor": lambda: crowd.hold(start, 0),
        "earlier": lambda: crowd.hold(start, -20),
        "earliest": lambda: crowd.hold(start, -45),
        "request": lambda: crowd.ask(start),
        "reschedule": lambda: crowd.reschedule("first", number, start, -10),
        "second reschedule": lambda: crowd.reschedule("second", number, start, -30),
        "therapist's move": lambda: crowd.move(number, start),
        "therapist's booking": lambda: crowd.book(start),
    }
    if number % 2:  # a worker is nearer to the database than any browser and mostly wins
        acts["waitlist"] = lambda: crowd.offer(start)
    return acts


def test_one_has_the_moment_and_each_other_is_told(crowd):
    chance, winners = random.Random(20270104), Counter()

    for number, start in enumerate(moments()):
        acts = list(everybody(crowd, number, start).items())
        chance.shuffle(acts)
        results = all_at_once([act for _, act in acts])
        assert Counter(results) == Counter(won=1, lost=len(acts) - 1), (number, acts, results)
        winners[acts[results.index("won")][0]] += 1

    assert crowd.portal.rows(OVERLAPS) == [(0,)]
    assert "Traceback" not in crowd.portal.logs()
    assert len(winners) > 2, f"hardly a race: {winners}"


def all_at_once(acts: list[Callable[[], str]]) -> list[str]:
    together = Barrier(len(acts))

    def act_with_the_others(act: Callable[[], str]) -> str:
        together.wait(timeout=60)
        return act()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(act_with_the_others, acts))

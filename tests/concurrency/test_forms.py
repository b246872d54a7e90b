"""A form is sent at the moment at which the next one opens: it is sent or it lapsed, never both."""

import json

import pytest

from tests.servers.portal import Portal

ROUNDS = 6
SET_UP = """
from tests.factories.measures import an_open_form, fill_in
for number in range({rounds}):
    fill_in(an_open_form(), *[1] * 9)
"""
RACE = """
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from django.db import connections
from intake.models import Measure
from intake.services import measure_plans, measures
from tests.factories.booking import NOW

def race(measure):
    together, due_on = Barrier(2), measure.due_on + timedelta(weeks=2)
    def send():
        together.wait(timeout=60)
        try:
            measures.send(measure=measure, by=measure.plan.client.user, now=NOW)
        except measures.NotOpen:
            return "closed"
        return "sent"
    def open_next():
        together.wait(timeout=60)
        measure_plans.open_due(plan_id=measure.plan_id, turn=1, due_on=due_on,
                               now=NOW + timedelta(weeks=2))
        return "opened"
    def closing(work):
        try:
            return work()
        finally:
            connections.close_all()
    with ThreadPoolExecutor(2) as pool:
        return [racer.result() for racer in [pool.submit(closing, w) for w in (send, open_next)]]

own = Measure.objects.filter(plan__starts_on="2027-01-01", due_on="2027-01-01")
forms = list(own.select_related("plan__client__user").order_by("pk"))
print(json.dumps([race(measure) for measure in forms]))
"""
READ = """
import json
from intake.models import Measure, MeasurePlan
print(json.dumps([
    [(one.state, one.response.status, hasattr(one.response, "score"))
     for one in plan.measures.order_by("due_on")]
    for plan in MeasurePlan.objects.filter(starts_on="2027-01-01").order_by("pk")
]))
"""
SENT = ["sent", "completed", True]
LAPSED = ["lapsed", "stopped", False]
OPEN = ["open", "in-progress", False]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_was_sent_stays_sent(new_portal, request, database) -> None:
    extra = {}
    if database == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    portal.shell(SET_UP.format(rounds=ROUNDS))

    told = json.loads(portal.shell(RACE).strip().splitlines()[-1])

    kept = json.loads(portal.shell(READ).strip().splitlines()[-1])
    expected = {"sent": [SENT, OPEN], "closed": [LAPSED, OPEN]}
    assert kept == [expected[what] for what, _ in told]
    assert {opened for _, opened in told} == {"opened"}

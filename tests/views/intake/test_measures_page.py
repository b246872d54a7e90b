"""The therapist asks for forms, and reads the scores as charts with a table beside each."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from intake.models import Measure, MeasurePlan, MeasureState, PlanState
from intake.services import measures
from intake.services.submitting import submit
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, add_app
from tests.factories.booking import NOW, PractitionerFactory
from tests.factories.intake import an_intake, response_to
from tests.factories.measures import a_pair, a_plan, a_sent_form, an_open_form, fill_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _new_years_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pair():
    return a_pair()


@pytest.fixture
def therapist(client, pair):
    add_app(pair[1].user)
    client.force_login(pair[1].user)
    return client


def page_of(pair, name="client_measures"):
    return reverse(f"intake:{name}", args=[pair[0].public_id])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def three_times(pair):
    """58, an incomplete one, and 40: of the PCL-5."""
    for weeks, points in ((0, [3] * 18 + [2, 2]), (2, [3] * 10), (4, [2] * 20)):
        a_sent_form(*points, slug="pcl-5", pair=pair, now=NOW + timedelta(weeks=weeks))


def test_asked_for_today_it_is_open_at_once(therapist, pair):
    a_plan("gad-7", pair=pair)
    wanted = {"slug": "phq-9", "every_weeks": "4", "starts_on": "2027-01-01", "until_on": ""}

    told = text_of(therapist.post(page_of(pair), wanted, follow=True))

    assert "It is open for your client now, who gets a mail." in told
    plan = MeasurePlan.objects.get(slug="phq-9")
    assert (plan.every_weeks, plan.practitioner, plan.created_by) == (4, pair[1], pair[1].user)
    assert "Every 4 weeks · next on January 29, 2027" in told
    assert "Open for your client since January 1, 10:00 am, until January 29" in told


def test_asked_for_later_it_is_planned(therapist, pair):
    a_plan("gad-7", pair=pair)
    wanted = {"slug": "phq-9", "every_weeks": "", "starts_on": "2027-01-10"}

    told = text_of(therapist.post(page_of(pair), wanted, follow=True))

    assert "Planned. Your client gets a mail each time." in told
    assert "Once · next on January 10, 2027" in told


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"starts_on": "2026-12-31"}, "Choose today or a day to come."),
        ({"until_on": "2027-01-02"}, "The last day must not be before the first one."),
        ({"slug": "unheard-of"}, "Select a valid choice."),
        ({"every_weeks": "5"}, "Select a valid choice."),
        ({"slug": "gad-7"}, "It comes again for this client already."),
    ],
)
def test_what_can_not_be_asked_for_says_why_and_keeps_the_rest(therapist, pair, wrong, message):
    a_plan("gad-7", pair=pair)
    wanted = {
        "slug": "phq-9",
        "every_weeks": "2",
        "starts_on": "2027-01-10",
        "until_on": "2027-03-01",
    }

    refused = therapist.post(page_of(pair), wanted | wrong)

    assert refused.status_code == 422
    assert message in text_of(refused)
    if "until_on" not in wrong:
        assert 'value="2027-03-01"' in text_of(refused)
    assert '<details class="measures-ask" open>' in text_of(refused)


def test_a_plan_is_paused_gone_on_with_and_ended(therapist, pair):
    plan = a_plan(pair=pair)
    act = reverse("intake:plan_act", args=[plan.public_id])

    told = text_of(therapist.post(act, {"act": "pause"}, follow=True))
    assert "Paused. Nothing new opens until you go on." in told
    assert "Go on<span" in told
    therapist.post(act, {"act": "go_on"})
    therapist.post(act, {"act": "end"})

    plan.refresh_from_db()
    assert plan.state == PlanState.ENDED
    told = text_of(therapist.post(act, {"act": "end"}, follow=True))
    assert "It was changed in another window." in told
    assert "What was asked before" in told
    told = text_of(therapist.post(act, {"act": "burn"}, follow=True))
    assert "It was changed in another window." in told


def test_an_open_form_is_withdrawn(therapist, pair):
    measure = an_open_form(pair=pair)
    withdraw = reverse("intake:form_withdraw", args=[measure.public_id])

    assert "Withdrawn." in text_of(therapist.post(withdraw, follow=True))
    assert "This form is closed already." in text_of(therapist.post(withdraw, follow=True))
    assert Measure.objects.get().state == MeasureState.WITHDRAWN


def test_a_chart_and_a_table_say_the_same(therapist, pair):
    three_times(pair)

    told = text_of(therapist.get(page_of(pair)))

    assert "<title" in told
    assert "PCL-5: Total over time" in told
    assert "January 1, 2027: 58" in told
    assert "January 15, 2027: incomplete" in told
    assert "January 29, 2027: 40" in told
    rows = re.findall(r"<tr> <th scope=\"row\">.*?</tr>", told)
    cells = [re.sub(r"<[^>]+>", "|", row) for row in rows]
    plain = [" ".join(re.sub(r"\|+", " ", cell).split()) for cell in cells]
    assert plain == [
        "Jan 29, 2027 40 −18, reliable B 10, C 4, D 14, E 12 0",
        "Jan 15, 2027 incomplete – – 10",
        "Jan 1, 2027 58 – B 15, C 6, D 21, E 16 0",
    ]


def test_the_intake_is_the_first_point(therapist, pair):
    appointment = pair[0].appointments.get()
    intake = an_intake("phq-9", appointment=appointment)
    phq9 = response_to(intake, "phq-9")
    submit(intake=intake, by=pair[0].user, now=NOW)

    told = text_of(therapist.get(page_of(pair)))

    assert phq9.questionnaire.slug == "phq-9"
    assert reverse("intake:therapist_intake", args=[intake.public_id]) in told
    assert "PHQ-9: Total over time" in told


def test_no_style_and_no_script_stand_in_the_chart(therapist, pair):
    three_times(pair)

    told = therapist.get(page_of(pair)).content.decode()
    drawing = told[told.index("<svg") : told.index("</svg>")]

    assert re.findall(r"style=|<style|<script|on\w+=|href", drawing) == []


def test_the_page_asks_as_often_for_many_scores_as_for_few(therapist, pair):
    counts = []
    for round_ in range(2):
        for weeks in range(1 + 3 * round_):
            when = NOW - timedelta(weeks=4 * round_ + weeks)
            a_sent_form(*[1] * 9, pair=pair, now=when)
        therapist.get(page_of(pair))
        with CaptureQueriesContext(connection) as counted:
            therapist.get(page_of(pair))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_it_is_saved_as_csv(therapist, pair):
    three_times(pair)

    reply = therapist.get(page_of(pair, "client_measures_csv"))

    assert reply.headers["Content-Disposition"] == 'attachment; filename="measures.csv"'
    rows = list(csv.DictReader(StringIO(reply.content.decode())))
    assert [(row["date"], row["points"], row["change_since_first"]) for row in rows] == [
        ("2027-01-01", "58", ""),
        ("2027-01-15", "", ""),
        ("2027-01-29", "40", "-18"),
    ]
    assert rows[2]["is_reliable_change"] == "yes"
    assert AuditEvent.objects.filter(action="measures.export").count() == 1


def test_a_form_is_read_by_itself(therapist, pair):
    measure = a_sent_form(1, 1, 1, 1, 1, 1, 1, 1, 1, pair=pair)

    told = text_of(therapist.get(reverse("intake:therapist_form", args=[measure.public_id])))

    assert "<dt>Total (of 27)</dt><dd>9</dd>" in told
    assert 'class="alert intake-alert"' in told
    event = AuditEvent.objects.get(action="measure.read")
    assert (event.client_id, event.actor_role) == (pair[0].pk, Role.THERAPIST)


def test_an_alert_about_a_form_leads_back_to_it(therapist, pair):
    measure = an_open_form(pair=pair)
    fill_in(measure, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    alert = pair[0].safety_alerts.get()
    page = reverse("intake:therapist_alert", args=[alert.public_id])

    assert "1 safety alert waits for you." in text_of(therapist.get(page))
    done = therapist.post(page, {"what_was_done": "Called."})

    assert done.url == reverse("intake:therapist_form", args=[measure.public_id])
    assert "Still open" in text_of(therapist.get(done.url))


def test_how_often_it_was_filled_in_is_counted(therapist, pair):
    plan = a_plan(pair=pair)
    measure = plan.measures.get()
    measures.decline(measure=measure, by=pair[0].user, now=NOW)

    assert "next on January 15, 2027 · 1 not now" in text_of(therapist.get(page_of(pair)))


def test_the_chart_of_the_client_leads_here(therapist, pair):
    told = text_of(therapist.get(reverse("journeys:therapist_client", args=[pair[0].public_id])))

    assert page_of(pair) in told


def test_without_scores_the_page_says_what_to_do(therapist, pair):
    assert "No scores yet" in text_of(therapist.get(page_of(pair)))


@pytest.mark.parametrize("role", [Role.CLIENT, Role.BILLING_ADMIN, Role.THERAPIST])
def test_nobody_else_reads_or_changes_it(client, pair, role):
    measure = an_open_form(pair=pair)
    user = PractitionerFactory().user if role == Role.THERAPIST else UserFactory(role=role)
    add_app(user)
    client.force_login(user)

    assert client.get(page_of(pair)).status_code == 404
    assert client.get(page_of(pair, "client_measures_csv")).status_code == 404
    for name, one in (
        ("plan_act", measure.plan),
        ("form_withdraw", measure),
        ("therapist_form", measure),
    ):
        address = reverse(f"intake:{name}", args=[one.public_id])
        assert client.post(address, {"act": "end"}).status_code in (404, 405)
        assert client.get(address).status_code in (404, 405)
    measure.plan.refresh_from_db()
    assert measure.plan.state == PlanState.ACTIVE

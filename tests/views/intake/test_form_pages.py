"""A client's short forms: filled in page by page, put off, sent, and read again without labels."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake.models import MeasureState, SafetyAlert, Score
from intake.services import measures
from portal.shared.models import AuditEvent
from tests.factories.accounts import ClientFactory
from tests.factories.booking import NOW
from tests.factories.intake import posted
from tests.factories.measures import a_pair, a_plan, a_sent_form, an_open_form, fill_in

pytestmark = pytest.mark.django_db
SECTION = "questions"
ITEM_9, SEVERAL_DAYS = "44260-8", "LA6569-3"
LABELS = re.compile(
    r"PHQ|\bband\b|[Ss]core|[Tt]otal|[Ss]everity|[Cc]ut-off|mild|moderate|severe|minimal|depressive"
    r"|diagnos|[Rr]eliab|of 27",
)


@pytest.fixture(autouse=True)
def _new_years_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def measure():
    return an_open_form()


@pytest.fixture
def signed_in(client, measure):
    client.force_login(measure.plan.client.user)
    return client


def url_of(measure, name="form", *more):
    return reverse(f"intake:{name}", args=[measure.public_id, *more])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def field_of(measure, link_id):
    return measure.response.questionnaire.parsed.by_link_id[link_id].name


def section_of(measure):
    return measure.response.questionnaire.parsed.sections[0].slug


def page_of(measure):
    return url_of(measure, "form_section", section_of(measure))


def save(client, measure, **fields):
    return client.post(page_of(measure), posted(measure.response, section_of(measure), **fields))


def test_the_home_leads_to_an_open_form(signed_in, measure):
    told = text_of(signed_in.get(reverse("journeys:client_home")))

    assert "A short form is open for you" in told
    listed = text_of(signed_in.get(reverse("intake:forms")))
    assert "The last two weeks: how you have been" in listed
    assert url_of(measure) in listed
    assert signed_in.get(url_of(measure)).url == page_of(measure)


def test_a_page_is_saved_without_javascript_and_leads_to_the_end(signed_in, measure):
    answered = save(signed_in, measure, **{field_of(measure, "44250-9"): SEVERAL_DAYS})

    assert answered.url == url_of(measure, "form_check")
    told = text_of(signed_in.get(answered.url))
    assert "Several days" in told
    assert "Send my answers" in told


def test_each_answer_is_saved_as_it_is_given(signed_in, measure):
    fields = posted(
        measure.response, section_of(measure), **{field_of(measure, "44250-9"): SEVERAL_DAYS}
    )

    reply = signed_in.post(page_of(measure), fields, headers={"HX-Request": "true"})

    assert reply.headers["X-Intake-Saved"] == "yes"
    assert measure.response.answers.get(link_id="44250-9").value is not None


def test_a_save_asks_the_database_as_often_as_in_an_intake(signed_in, measure, client):
    def count():
        fields = posted(
            measure.response, section_of(measure), **{field_of(measure, "44250-9"): SEVERAL_DAYS}
        )
        signed_in.post(page_of(measure), fields, headers={"HX-Request": "true"})
        fields[field_of(measure, "44250-9")] = "LA6570-1"
        fields["rev-" + field_of(measure, "44250-9")] = 1
        with CaptureQueriesContext(connection) as counted:
            signed_in.post(page_of(measure), fields, headers={"HX-Request": "true"})
        return [one["sql"] for one in counted]

    asked = count()

    assert sum("intake_measure" in sql for sql in asked) == 1
    assert not any("measureplan" in sql for sql in asked)


def test_danger_shows_someone_to_call_at_once(signed_in, measure):
    answered = save(signed_in, measure, **{field_of(measure, ITEM_9): SEVERAL_DAYS})

    assert answered.url == url_of(measure, "form_support", section_of(measure))
    told = text_of(signed_in.get(answered.url))
    assert "Call 988" in told
    assert "Go on with the form" in told
    assert SafetyAlert.objects.get().practitioner == measure.plan.practitioner


def test_sent_it_is_with_the_therapist_and_can_be_read_again(signed_in, measure):
    fill_in(measure, 1, 1, 1, 1, 1, 1, 1, 1, 0)

    done = signed_in.post(url_of(measure, "form_check"), follow=True)

    assert "Thank you. Your answers are with your therapist." in text_of(done)
    assert Score.objects.get().result["total"] == 8
    told = text_of(signed_in.get(url_of(measure, "form_check")))
    assert "As you sent them on January 1, 2027." in told
    assert told.count("Several days") == 8
    assert "Send my answers" not in told
    assert AuditEvent.objects.filter(action="measure.read").exists()


def test_the_client_reads_answers_and_no_label(signed_in, measure):
    fill_in(measure, 3, 3, 3, 3, 3, 3, 3, 3, 0)
    measures.send(measure=measure, by=measure.plan.client.user, now=NOW)

    for page in (
        reverse("intake:forms"),
        url_of(measure, "form_check"),
        reverse("journeys:client_home"),
    ):
        told = text_of(signed_in.get(page))
        words = re.sub(r"<[^>]+>", " ", told)
        assert LABELS.findall(words) == []


def test_while_it_is_open_no_label_stands_on_its_pages(signed_in, measure):
    words = re.sub(r"<[^>]+>", " ", text_of(signed_in.get(page_of(measure))))

    found = LABELS.findall(re.sub(r"Developed by Drs.*?distribute\.", "", words))
    assert found == []


def test_not_now_and_taken_up_again(signed_in, measure):
    put_off = signed_in.post(url_of(measure, "form_decline"), follow=True)
    assert "That is fine. You can take it up again." in text_of(put_off)
    assert "Nothing is open" in text_of(put_off)
    assert signed_in.get(page_of(measure)).url == url_of(measure, "form_check")

    taken_up = signed_in.post(url_of(measure, "form_take_up"), follow=True)

    assert "It is open for you again." in text_of(taken_up)
    measure.refresh_from_db()
    assert measure.is_open


def test_a_closed_form_says_so_to_a_window_that_is_still_open(signed_in, measure):
    fields = posted(measure.response, section_of(measure))
    measures.withdraw(measure=measure, by=measure.plan.created_by, now=NOW)

    quick = signed_in.post(page_of(measure), fields, headers={"HX-Request": "true"})
    told = text_of(signed_in.get(quick.headers["HX-Redirect"]))
    plain = signed_in.post(page_of(measure), fields)

    assert "This form is closed. What you have answered is kept." in told
    assert "What you had answered" in told
    assert plain.url == url_of(measure, "form_check")
    again = signed_in.post(url_of(measure, "form_check"), follow=True)
    assert "This form is closed by now." in text_of(again)
    measure.refresh_from_db()
    assert measure.state == MeasureState.WITHDRAWN


def test_somebody_elses_form_does_not_exist(client, measure):
    client.force_login(ClientFactory().user)
    fields = posted(measure.response, section_of(measure))

    for name in ("form", "form_check"):
        assert client.get(url_of(measure, name)).status_code == 404
    assert client.get(page_of(measure)).status_code == 404
    assert client.post(page_of(measure), fields).status_code == 404
    quick = client.post(page_of(measure), fields, headers={"HX-Request": "true"})
    assert quick.status_code == 404
    for name in ("form_decline", "form_take_up", "form_check"):
        assert client.post(url_of(measure, name)).status_code == 404
    assert "Nothing is open" in text_of(client.get(reverse("intake:forms")))


def test_the_list_asks_as_often_for_three_as_for_one(client):
    pair = a_pair()
    client.force_login(pair[0].user)
    counts = []
    for slugs in (["phq-9"], ["gad-7", "pcl-5"]):
        for slug in slugs:
            a_sent_form(1, slug=slug, pair=pair)
        client.get(reverse("intake:forms"))
        with CaptureQueriesContext(connection) as counted:
            told = client.get(reverse("intake:forms")).content.decode()
        counts.append(len(counted))

    assert told.count("Your answers<span") == 3
    assert counts[0] == counts[1]


def test_any_questionnaire_can_be_asked_for(client):
    measure = a_plan("what-brings-you").measures.get()
    client.force_login(measure.plan.client.user)

    told = text_of(client.get(client.get(url_of(measure)).url))

    assert "What brings you" in told

"""What each kind of session asks for, on its page: buttons that add, move and take out."""

import re

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory, add_app
from tests.factories.booking import SessionTypeFactory
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
PLANS = "/therapist/plans/"


@pytest.fixture
def kind():
    return an_intake("about-you", "phq-9").appointment.session_type


@pytest.fixture
def here(kind):
    return reverse("intake:therapist_plan", args=[kind.public_id])


@pytest.fixture
def browser(client, kind):
    add_app(kind.practitioner.user)
    client.force_login(kind.practitioner.user)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def asked(kind):
    kind.intake_plan.refresh_from_db()
    return kind.intake_plan.questionnaires


def test_the_list_says_how_much_and_how_long(browser, kind):
    SessionTypeFactory(practitioner=kind.practitioner, name="Short one")

    told = text_of(browser.get(PLANS))

    assert re.search(r"2 questionnaires, 0 texts to sign · about \d+ minutes", told)
    assert "Nothing is asked for." in told


def test_the_page_says_what_open_intakes_keep(browser, here):
    told = text_of(browser.get(here))

    assert "One intake is open and keeps what it was opened with." in told
    assert re.search(r"The whole intake takes a client about \d+ minutes, reading included", told)
    assert 'aria-label="Move About you up" disabled' in told


@pytest.mark.parametrize(
    ("posted", "order", "spot"),
    [
        ({"act": "up phq-9"}, ["phq-9", "about-you"], "questionnaires-phq-9"),
        ({"act": "down about-you"}, ["phq-9", "about-you"], "questionnaires-about-you"),
        ({"act": "remove about-you"}, ["phq-9"], "questionnaires"),
        ({"act": "add", "slug": "gad-7"}, ["about-you", "phq-9", "gad-7"], "questionnaires-gad-7"),
    ],
)
def test_a_button_does_one_thing_and_comes_back_there(browser, kind, here, posted, order, spot):
    answered = browser.post(here, {"part": "questionnaires", **posted})

    assert answered.url == f"{here}#{spot}"
    assert asked(kind) == order
    assert "Intakes that are open stay as they are." in text_of(browser.get(here))


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({"part": "questionnaires", "act": "add", "slug": ""}, "Please choose what to add."),
        ({"part": "clients", "act": "up phq-9"}, "Please choose what to add."),
        ({"part": "questionnaires", "act": "add", "slug": "phq-9"}, "has changed meanwhile"),
        ({"part": "consents", "act": "add", "slug": "nothing"}, "has changed meanwhile"),
        ({"part": "questionnaires", "act": "up gad-7"}, "has changed meanwhile"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(browser, kind, here, posted, message):
    assert message in text_of(browser.post(here, posted, follow=True))
    assert asked(kind) == ["about-you", "phq-9"]


def test_another_therapists_session_type_is_not_there(client, here):
    other = UserFactory(role="therapist")
    add_app(other)
    client.force_login(other)

    assert client.get(here).status_code == 404
    assert client.post(here, {"part": "questionnaires", "act": "up phq-9"}).status_code == 404


def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    browser, kind, django_assert_max_num_queries
):
    browser.get(PLANS)
    SessionTypeFactory.create_batch(2, practitioner=kind.practitioner)
    with django_assert_max_num_queries(14):
        browser.get(PLANS)

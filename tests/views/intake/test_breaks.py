"""After a heavy page a pause is suggested; the emergency line stands on every page."""

import re

import pytest
from django.urls import reverse

from intake.services.pages import Pages
from tests.factories.accounts import ClientFactory
from tests.factories.booking import an_appointment
from tests.factories.consents import published_consents
from tests.factories.intake import an_intake, posted, response_to

pytestmark = pytest.mark.django_db
EMERGENCY = "This portal is not monitored around the clock."


@pytest.fixture
def intake():
    return an_intake("what-brings-you", "pcl-5")


@pytest.fixture
def browser(client, intake):
    client.force_login(intake.client.user)
    return client


def page(intake, section="what-happened", part="what-brings-you"):
    return reverse("intake:section", args=[intake.public_id, part, section])


def pause(intake, section="what-happened", part="what-brings-you"):
    return reverse("intake:pause", args=[intake.public_id, part, section])


def leave(browser, intake, **fields):
    form = posted(response_to(intake, "what-brings-you"), "what-happened", **fields)
    return browser.post(page(intake), form).headers["Location"]


def test_a_pause_is_suggested_once_after_a_heavy_page(browser, intake):
    assert leave(browser, intake, event="no") == pause(intake)
    assert leave(browser, intake, event="no") == page(intake, "what-holds-you")


def test_a_heavy_page_that_was_left_blank_asks_for_no_rest(browser, intake):
    assert leave(browser, intake) == page(intake, "what-holds-you")


def test_who_corrects_an_answer_goes_straight_back(browser, intake):
    there = leave(browser, intake, event="no", back="check")

    assert there == reverse("intake:check", args=[intake.public_id])


def test_the_pause_keeps_quiet_and_leads_on(browser, intake):
    html = re.sub(r"\s+", " ", browser.get(pause(intake)).content.decode())

    assert "<h1>That was a lot.</h1>" in html
    assert "Your answers are kept." in html
    assert f'<a class="btn" href="{page(intake, "what-holds-you")}">Go on</a>' in html
    assert f'href="{reverse("journeys:client_home")}">Stop for today</a>' in html
    assert re.search(r"about \d+ minutes left, whenever you like", html)


def test_behind_the_last_page_it_leads_to_the_check(browser, intake):
    html = browser.get(pause(intake, "questions", "pcl-5")).content.decode()

    assert f'href="{reverse("intake:check", args=[intake.public_id])}">Go on</a>' in html


def test_a_pause_of_somebody_else_or_of_no_page_does_not_exist(client, browser, intake):
    assert browser.get(pause(intake, "nowhere")).status_code == 404
    client.force_login(ClientFactory().user)
    assert client.get(pause(intake)).status_code == 404


def test_the_emergency_line_stands_on_every_page_of_the_intake(client):
    appointment = an_appointment()
    published_consents(appointment.practitioner)
    intake = an_intake(appointment=appointment, consents=("psychotherapy", "telehealth"))
    client.force_login(intake.client.user)
    pages = Pages(intake).all
    within = [intake.public_id]
    of_pages = [[*within, one.part, one.section.slug] for one in pages]
    urls = [
        reverse("intake:overview", args=within),
        *(reverse("intake:section", args=each) for each in of_pages),
        *(reverse("intake:pause", args=each) for each in of_pages),
        *(reverse("intake:support", args=each) for each in of_pages),
        reverse("intake:check", args=within),
        reverse("intake:consents", args=within),
        *(
            reverse("intake:consent", args=[*within, document.public_id])
            for document in intake.consents.all()
        ),
    ]

    without = [url for url in urls if EMERGENCY not in client.get(url).content.decode()]

    assert len(pages) > 20
    assert intake.consents.count() == 2
    assert without == []

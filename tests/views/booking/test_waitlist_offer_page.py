"""The page that the mail leads to: take the time, let it go, or read kindly that it is over."""

from datetime import timedelta

import pytest
import time_machine

from booking.models import (
    Appointment,
    OfferState,
    Status,
    WaitlistOffer,
)
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.booking import (
    MONDAY,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.waitlist import WaitlistEntryFactory, offered
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
NINE, TEN = new_york(MONDAY, "9:00"), new_york(MONDAY, "10:00")


@pytest.fixture
def session_type():
    return a_session_type(slug="session", name="First talk")


@pytest.fixture
def offer(session_type, person) -> WaitlistOffer:
    WaitlistEntryFactory(session_type=session_type, client=person)
    [made] = offered(session_type)
    return made


def page_of(offer, act="") -> str:
    return f"/waitlist/offers/{offer.public_id}/{act}"


def test_offer_says_what_when_and_until_when(browser, offer):
    said = text_of(browser.get(page_of(offer)))

    assert "A time has opened Monday, January 4, 9:00 am" in said
    assert "It is kept for you until Friday, January 1, 12:00 pm ." in said
    assert [word for word in ("Video", "50 minutes", "$150") if word not in said] == []
    assert AuditEvent.objects.filter(action="waitlist.read").count() == 1


def test_offer_opens_after_signing_in_alone(client, offer):
    response = client.get(page_of(offer))

    assert response["Location"] == f"/accounts/login/?next={page_of(offer)}"


def test_own_list_leads_to_the_offer(browser, offer):
    assert f'href="{page_of(offer)}"' in browser.get("/waitlist/").content.decode()


def test_taken_it_is_booked_and_a_mail_says_so(browser, offer, person):
    response = browser.post(page_of(offer, "take/"), follow=True)

    taken = Appointment.objects.get(pk=offer.appointment_id)
    assert (taken.status, taken.client, taken.starts_at) == (Status.CONFIRMED, person, NINE)
    assert response.redirect_chain == [(f"/hold/{taken.public_id}/confirmed/", 302)]
    assert "Your time is booked" in text_of(response)
    subjects = [mail.subject for mail in MailMessage.objects.order_by("pk")]
    assert sorted(subjects) == ["A time has opened", "Your appointment is confirmed"]


def test_taken_twice_shows_the_booked_time(browser, offer):
    first = browser.post(page_of(offer, "take/"))
    second = browser.post(page_of(offer, "take/"))

    assert first["Location"] == second["Location"]
    shown = browser.get(page_of(offer))
    assert shown["Location"] == f"/appointments/{offer.appointment.public_id}/"


def test_not_for_me_lets_it_go_and_they_stay_on_the_list(browser, offer, session_type):
    response = browser.post(page_of(offer, "decline/"), follow=True)

    offer.refresh_from_db()
    assert offer.state == OfferState.DECLINED
    said = text_of(response)
    assert "You stay on the list for another time." in said
    assert "First talk" in said


@pytest.mark.parametrize("act", ["", "take/"])
def test_after_its_time_kind_words_and_the_nearest_times(browser, offer, act):
    with time_machine.travel(offer.expires_at, tick=False):
        response = browser.post(page_of(offer, act)) if act else browser.get(page_of(offer))

    said = text_of(response)
    assert response.status_code == 410
    assert "This time is no longer kept for you" in said
    assert "Monday, January 4, 9:00 am has gone on to the next person." in said
    assert "You are still on the list, with your place in the line." in said
    assert response.content.decode().count('name="start"') == 4


def test_let_go_the_page_says_so(browser, offer):
    browser.post(page_of(offer, "decline/"))

    assert "has been let go, as you asked." in text_of(browser.get(page_of(offer)))


def test_offer_names_the_session_they_have(browser, offer, session_type, person):
    booked = an_appointment(session_type, TEN + timedelta(hours=1), client=person)

    page = browser.get(page_of(offer))

    assert "You also have a session on Monday, January 4, 11:00 am." in text_of(page)
    assert f'href="/appointments/{booked.public_id}/"' in page.content.decode()


def test_moved_to_another_state_they_are_asked_to_call(browser, offer, person):
    person.state = "NJ"
    person.save()

    response = browser.post(page_of(offer, "take/"), follow=True)

    assert "This time can’t be booked here. Please call us at (212) 555-0100." in text_of(response)
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


@pytest.mark.parametrize("act", ["take/", "decline/"])
def test_a_link_in_a_mail_does_nothing_by_itself(browser, offer, act):
    assert browser.get(page_of(offer, act)).status_code == 405

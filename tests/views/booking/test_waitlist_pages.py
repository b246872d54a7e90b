"""Waiting for a time, by its pages: join, change, leave, and answer an offer."""

import re
from datetime import date

import pytest
from django.test import Client as Browser

from accounts.models import Role
from booking.models import (
    OfferState,
    WaitlistEntry,
    WaitlistState,
)
from booking.services import waitlist
from booking.wishes import Wishes
from portal.shared.models import AuditEvent
from tests.factories.accounts import add_app
from tests.factories.booking import (
    MONDAY,
    NOW,
    SessionTypeFactory,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.waitlist import WaitlistEntryFactory, a_line, offered
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
WORDS = {"place": "office", "weekdays": ["0", "4"], "parts": ["morning"], "until_on": "2027-02-01"}


@pytest.fixture
def session_type():
    return a_session_type(slug="session", name="First talk")


# -- Joining ---------------------------------------------------------------------------------


def test_calendar_leads_to_the_waitlist(client, session_type):
    page = client.get("/book/session/").content.decode()

    assert '<a href="/waitlist/session/">Be told when one opens</a>' in page


def test_joining_needs_a_sign_in_and_comes_back(client, session_type):
    response = client.get("/waitlist/session/")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/waitlist/session/"


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.BILLING_ADMIN])
def test_staff_do_not_wait(client, session_type, role):
    user = UserFactory(role=role)
    add_app(user)
    client.force_login(user)

    assert client.get("/waitlist/session/").status_code == 404


def test_who_gave_no_details_yet_gives_them_first_and_comes_back(client, session_type):
    client.force_login(UserFactory(role=Role.CLIENT))

    response = client.get("/waitlist/session/")
    details = {
        "legal_name": "Noor Example",
        "birth_date": "1991-03-08",
        "phone": "212 555 0161",
        "voicemail": "call_back",
        "state": "NY",
    }
    saved = client.post(response["Location"], details)

    assert response["Location"] == "/me/details/?next=%2Fwaitlist%2Fsession%2F"
    assert saved["Location"] == "/waitlist/session/"


def test_details_lead_to_no_other_site(browser):
    details = {
        "legal_name": "Noor Example",
        "birth_date": "1991-03-08",
        "phone": "212 555 0161",
        "voicemail": "call_back",
        "state": "NY",
    }

    saved = browser.post("/me/details/?next=https://elsewhere.example.org/", details)

    assert saved["Location"] == "/me/details/"


def test_join_saves_what_would_fit(browser, session_type, person):
    response = browser.post("/waitlist/session/", WORDS, follow=True)

    entry = WaitlistEntry.objects.get()
    assert entry.wishes == Wishes("office", [0, 4], ["morning"], MONDAY.replace(month=2, day=1))
    said = text_of(response)
    assert f"When a time opens that fits, we write to {person.email}." in said
    assert "Monday or Friday, morning, office, until Monday, February 1, 2027" in said
    assert response.redirect_chain == [("/waitlist/", 302)]


def test_nothing_ticked_waits_for_any_time(browser, session_type):
    response = browser.post("/waitlist/session/", {}, follow=True)

    assert WaitlistEntry.objects.get().wishes == Wishes("", [], [], None)
    assert "Any time On the list since" in text_of(response)


def test_form_shows_what_is_waited_for_and_changes_it(browser, session_type, person):
    entry = WaitlistEntryFactory(session_type=session_type, client=person, weekdays=[2])

    page = browser.get("/waitlist/session/").content.decode()
    browser.post("/waitlist/session/", WORDS)

    assert re.search(r'name="weekdays" value="2"[^>]*checked', page)
    entry.refresh_from_db()
    assert entry.weekdays == [0, 4]
    assert WaitlistEntry.objects.count() == 1


def test_day_that_is_over_is_said_next_to_its_field_and_nothing_is_lost(browser, session_type):
    response = browser.post("/waitlist/session/", WORDS | {"until_on": "2026-12-31"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose today or a later day, or leave it empty." in page
    assert re.search(r'name="weekdays" value="4"[^>]*checked', page)
    assert not WaitlistEntry.objects.exists()


@pytest.mark.parametrize("wrong", [{"weekdays": ["9"]}, {"parts": ["night"]}, {"place": "moon"}])
def test_made_up_wishes_are_refused(browser, session_type, wrong):
    assert browser.post("/waitlist/session/", WORDS | wrong).status_code == 422
    assert not WaitlistEntry.objects.exists()


def test_with_a_session_booked_the_page_says_what_waiting_means(browser, session_type, person):
    an_appointment(session_type, TEN, client=person)

    said = text_of(browser.get("/waitlist/session/"))

    assert "It is on Monday, January 4, 10:00 am and stays as it is." in said


def test_video_from_another_state_is_said_next_to_its_field_and_nothing_is_lost(
    browser, person, session_type
):
    person.state = "NJ"
    person.save()

    page = browser.post("/waitlist/session/", WORDS | {"place": "telehealth"})

    assert page.status_code == 422
    assert "By video we can only meet while you are in New York" in text_of(page)
    assert 'value="2027-02-01"' in page.content.decode()
    assert WaitlistEntry.objects.count() == 0
    again = WaitlistEntryFactory(
        session_type=session_type,
        client=person,
        place="telehealth",
        until_on=date(2026, 12, 31),
        state=WaitlistState.EXPIRED,
        ended_at=NOW,
    )
    said = browser.post(f"/waitlist/entries/{again.public_id}/renew/", follow=True)
    assert "By video we can only meet while you are in New York" in text_of(said)
    assert WaitlistEntry.objects.waiting(MONDAY).count() == 0


def test_type_for_others_leads_back_to_its_calendar(browser):
    a_session_type(slug="later", audience="existing")

    response = browser.post("/waitlist/later/", WORDS)

    assert response["Location"] == "/book/later/"
    assert not WaitlistEntry.objects.exists()


def test_closed_type_has_no_waitlist(browser):
    a_session_type(slug="closed", is_active=False)

    assert browser.get("/waitlist/closed/").status_code == 404


# -- My list ---------------------------------------------------------------------------------


def test_empty_list_says_what_to_do(browser):
    assert "You wait for nothing" in text_of(browser.get("/waitlist/"))


@pytest.mark.parametrize("swept", [True, False])
def test_wait_whose_last_day_has_passed_is_over(browser, therapist, session_type, person, swept):
    WaitlistEntryFactory(
        session_type=session_type, client=person, until_on=date(2026, 12, 31), weekdays=[2]
    )
    if swept:
        waitlist.expire(now=NOW)

    mine = text_of(browser.get("/waitlist/"))
    assert "Your last day has passed" in mine
    assert "First talk Wednesday, until Thursday, December 31, 2026 Wait again" in mine
    assert "You wait for nothing" not in mine
    assert "On the list since" not in mine
    assert "Nobody waits" in text_of(therapist.get("/therapist/waitlist/"))
    page = browser.get("/waitlist/session/").content.decode()
    assert not re.search(r'name="weekdays"[^>]*checked', page)

    browser.post("/waitlist/session/", {})

    waiting = WaitlistEntry.objects.get(state=WaitlistState.WAITING)
    assert waiting.wishes == Wishes("", [], [], None)
    assert "Your last day has passed" not in text_of(browser.get("/waitlist/"))


def test_one_press_waits_again(browser, therapist, session_type, person):
    entry = WaitlistEntryFactory(
        session_type=session_type, client=person, until_on=date(2026, 12, 31), weekdays=[2]
    )

    address = f"/waitlist/entries/{entry.public_id}/renew/"
    page = text_of(browser.post(address, follow=True))

    assert "You are on the waitlist again, now without a last day." in page
    assert "First talk Wednesday On the list since Friday, January 1, 2027" in page
    assert "Your last day has passed" not in page
    assert person.display_name in text_of(therapist.get("/therapist/waitlist/"))
    assert browser.get(address).status_code == 405
    browser.post(address)
    assert WaitlistEntry.objects.filter(state=WaitlistState.WAITING).count() == 1


def test_renewing_what_is_not_over_changes_nothing(browser, session_type, person):
    entry = WaitlistEntryFactory(session_type=session_type, client=person)
    gone = WaitlistEntryFactory(
        session_type=SessionTypeFactory(practitioner=session_type.practitioner, slug="left"),
        client=person,
        state=WaitlistState.LEFT,
        ended_at=NOW,
    )

    for one in (entry, gone):
        assert browser.post(f"/waitlist/entries/{one.public_id}/renew/").status_code == 302

    assert WaitlistEntry.objects.count() == 2


def test_what_ended_long_ago_or_is_no_longer_offered_is_not_held_out(browser, session_type, person):
    closed = SessionTypeFactory(
        practitioner=session_type.practitioner, slug="closed", is_active=False
    )
    over = [
        WaitlistEntryFactory(session_type=kind, client=person, until_on=day)
        for kind, day in ((session_type, date(2026, 10, 1)), (closed, date(2026, 12, 31)))
    ]

    assert "You wait for nothing" in text_of(browser.get("/waitlist/"))
    address = f"/waitlist/entries/{over[1].public_id}/renew/"
    assert browser.post(address).status_code == 404


def test_renewing_asks_again_whether_they_may_book_it(browser, session_type, person):
    entry = WaitlistEntryFactory(
        session_type=session_type, client=person, until_on=date(2026, 12, 31)
    )
    session_type.audience = "existing"
    session_type.save()

    response = browser.post(f"/waitlist/entries/{entry.public_id}/renew/")

    assert (response.status_code, response["Location"]) == (302, "/book/session/")
    assert WaitlistEntry.objects.count() == 1


def test_leave_takes_them_off(browser, session_type, person):
    entry = WaitlistEntryFactory(session_type=session_type, client=person)

    response = browser.post(f"/waitlist/entries/{entry.public_id}/leave/", follow=True)

    entry.refresh_from_db()
    assert entry.state == WaitlistState.LEFT
    assert "You are off the waitlist." in text_of(response)


def test_somebody_elses_entry_and_offer_do_not_exist(browser, session_type):
    [entry] = a_line(session_type, {})
    [offer] = offered(session_type)

    assert browser.post(f"/waitlist/entries/{entry.public_id}/leave/").status_code == 404
    assert browser.post(f"/waitlist/entries/{entry.public_id}/renew/").status_code == 404
    assert browser.get(f"/waitlist/offers/{offer.public_id}/").status_code == 404
    assert browser.post(f"/waitlist/offers/{offer.public_id}/take/").status_code == 404
    assert browser.post(f"/waitlist/offers/{offer.public_id}/decline/").status_code == 404
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


def test_list_asks_as_many_questions_for_three_as_for_one(
    browser, session_type, person, django_assert_max_num_queries
):
    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            browser.get("/waitlist/")
        return len(asked)

    WaitlistEntryFactory(session_type=session_type, client=person)
    offered(session_type)
    browser.get("/waitlist/")
    with_one = count()
    for slug in ("second", "third"):
        other = SessionTypeFactory(practitioner=session_type.practitioner, slug=slug)
        WaitlistEntryFactory(session_type=other, client=person)

    assert count() == with_one


# -- The therapist ---------------------------------------------------------------------------


@pytest.fixture
def therapist(session_type) -> Browser:
    user, browser = session_type.practitioner.user, Browser()
    add_app(user)
    browser.force_login(user)
    return browser


def test_therapist_sees_who_waits_for_what_and_what_was_offered(therapist, session_type):
    other = SessionTypeFactory(practitioner=session_type.practitioner, name="Long talk", position=1)
    WaitlistEntryFactory(session_type=other, client__legal_name="Third Example")
    a_line(
        session_type,
        {"client__legal_name": "First Example", "parts": ["morning"]},
        {"client__legal_name": "Second Example"},
    )
    WaitlistEntryFactory(session_type=a_session_type(), client__legal_name="Other Practice")
    offered(session_type)

    said = text_of(therapist.get("/therapist/waitlist/"))

    order = [said.index(name) for name in ("First talk", "First Example", "Second Example")]
    assert order == sorted(order)
    assert said.index("Second Example") < said.index("Long talk") < said.index("Third Example")
    assert "Morning · since" in said
    assert "Offered Monday, January 4, 9:00 am: waits for an answer" in said
    assert "Other Practice" not in said
    assert AuditEvent.objects.filter(action="waitlist.list").count() == 1


def test_therapist_takes_somebody_off_once_asked(therapist, session_type):
    [entry] = a_line(session_type, {"client__legal_name": "First Example"})
    page = f"/therapist/waitlist/{entry.public_id}/remove/"

    asked = text_of(therapist.get(page))
    response = therapist.post(page, follow=True)

    assert "Take First Example off the list?" in asked
    entry.refresh_from_db()
    assert entry.state == WaitlistState.LEFT
    said = text_of(response)
    assert "First Example is off the waitlist." in said
    assert "Nobody waits" in said


def test_another_practitioners_entry_does_not_exist(therapist):
    entry = WaitlistEntryFactory(session_type=a_session_type())

    assert therapist.get(f"/therapist/waitlist/{entry.public_id}/remove/").status_code == 404


def test_therapists_list_asks_as_many_questions_for_three_as_for_one(
    therapist, session_type, django_assert_max_num_queries
):
    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            therapist.get("/therapist/waitlist/")
        return len(asked)

    a_line(session_type, {})
    offered(session_type)
    therapist.get("/therapist/waitlist/")
    with_one = count()
    a_line(session_type, {}, {})

    assert count() == with_one

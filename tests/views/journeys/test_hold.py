"""From a kept time to a booked one, in one browser, across signing in."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Client, Role
from billing.models import Charge
from booking.models import Appointment, AvailabilityException, Booking, ExceptionKind, Status
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.accounts import add_app
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    new_york,
)
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
TEN = "2027-01-04T15:00:00Z"
DETAILS = {
    "legal_name": "Łukasz Nguyễn Šimić Dvořák",
    "chosen_name": "Lu",
    "birth_date": "1990-05-31",
    "phone": "212 555 0117",
    "voicemail": "nothing",
    "state": "NY",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session_type():
    return a_session_type(slug="talk", name="First talk")


def keep(browser, *, start=TEN, place="telehealth", slug="talk") -> Appointment:
    response = browser.post(f"/book/{slug}/hold/", {"start": start, "place": place})
    assert response.status_code == 302
    return Appointment.objects.get(public_id=response["Location"].split("/")[2])


def url(held, page="") -> str:
    return f"/hold/{held.public_id}/{page}"


def sign_in(browser, email="lu@example.com", *, next_url):
    browser.post("/accounts/login/", {"email": email, "next": next_url})
    code = re.search(r"\d{4} \d{4}", MailMessage.objects.latest("pk").text)
    return browser.post(reverse("account_confirm_login_code"), {"code": code.group()})


# -- the whole way ---------------------------------------------------------------------
def test_a_stranger_keeps_a_time_proves_an_address_and_books(client, session_type):
    held = keep(client)
    first = client.get(url(held))
    assert "Monday, January 4, 10:00 am Kept for you: 15 minutes" in text_of(first)
    assert "Kept until 10:15 am." in text_of(first)

    after = sign_in(client, next_url=url(held, "details/"))
    assert after["Location"] == url(held, "details/")
    assert "Who are you, and how do we reach you?" in text_of(client.get(after["Location"]))

    booked = client.post(url(held, "details/"), DETAILS)
    assert booked["Location"] == url(held, "confirmed/")

    held.refresh_from_db()
    assert (held.status, held.client.user.email) == (Status.CONFIRMED, "lu@example.com")
    assert held.client.legal_name == DETAILS["legal_name"]
    assert Charge.objects.get(appointment=held).amount_cents == 150_00
    page = text_of(client.get(booked["Location"]))
    assert "Your time is booked" in page
    assert "Monday, January 4, 10:00 am, New York time. Video." in page
    assert "To lu@example.com, with a calendar file." in page
    assert "The fee is $150 Pay now, or after the session" in page
    mail = MailMessage.objects.filter(subject="Your appointment is confirmed").get()
    assert mail.to == "lu@example.com"
    assert "Hello Lu," in mail.text


def test_a_free_session_makes_no_charge(client):
    a_session_type(slug="talk", price_cents=0)
    held = keep(client)
    client.force_login(UserFactory())

    client.post(url(held, "details/"), DETAILS)

    assert Charge.objects.count() == 0
    assert "The fee is" not in text_of(client.get(url(held, "confirmed/")))


def test_a_request_waits_for_an_answer_and_charges_nothing_yet(client):
    a_session_type(slug="talk", booking=Booking.REQUEST)
    held = keep(client)
    client.force_login(UserFactory())

    client.post(url(held, "details/"), DETAILS)

    held.refresh_from_db()
    assert held.status == Status.REQUESTED
    assert Charge.objects.count() == 0
    assert "We have your request" in text_of(client.get(url(held, "confirmed/")))


def test_pressing_the_button_twice_books_once(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())

    client.post(url(held, "details/"), DETAILS)
    again = client.post(url(held, "details/"), DETAILS)

    assert again["Location"] == url(held, "confirmed/")
    assert Client.objects.count() == Charge.objects.count() == 1
    assert MailMessage.objects.count() == 1


def test_a_known_client_only_says_yes(client, session_type):
    person = ClientFactory(phone="212 555 0100", state="NY")
    client.force_login(person.user)
    held = keep(client)

    page = text_of(client.get(url(held, "details/")))
    client.post(url(held, "details/"), {"as_known": "1"})

    held.refresh_from_db()
    assert "Is this still right?" in page
    assert "During the session you will be in New York" in page
    assert (held.status, held.client) == (Status.CONFIRMED, person)


def test_a_known_client_whose_record_is_thin_is_asked_for_the_rest(client, session_type):
    person = ClientFactory(state="")
    client.force_login(person.user)
    held = keep(client)

    assert "Who are you, and how do we reach you?" in text_of(client.get(url(held, "details/")))
    client.post(url(held, "details/"), {"as_known": "1"})

    held.refresh_from_db()
    assert held.status == Status.HELD


# -- whose it is -----------------------------------------------------------------------
@pytest.mark.parametrize("page", ["", "details/", "extend/", "release/", "confirmed/"])
def test_another_browser_does_not_find_the_hold(client, session_type, page):
    held = keep(client)
    other = Browser()
    other.force_login(UserFactory())

    assert other.get(url(held, page)).status_code in (404, 405)
    assert other.post(url(held, page), DETAILS).status_code == 404
    held.refresh_from_db()
    assert held.status == Status.HELD


def test_confirmation_is_for_its_client_alone(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())
    client.post(url(held, "details/"), DETAILS)
    client.force_login(ClientFactory().user)

    assert client.get(url(held, "confirmed/")).status_code == 404


def test_the_details_need_somebody_signed_in(client, session_type):
    held = keep(client)

    response = client.get(url(held, "details/"))

    assert response["Location"].startswith("/accounts/login/?next=/hold/")


def test_a_signed_in_client_goes_straight_to_the_details(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())

    assert client.get(url(held))["Location"] == url(held, "details/")


def test_somebody_of_the_practice_is_told_who_books_here_and_led_back(client, session_type):
    held = keep(client)
    admin = UserFactory(role=Role.BILLING_ADMIN)
    add_app(admin)
    client.force_login(admin)

    page = client.get(url(held))

    assert "Only clients book here." in text_of(page)
    assert f'href="{reverse("journeys:home_by_role")}"' in page.content.decode()


# -- time ------------------------------------------------------------------------------
def test_more_time_may_be_asked_for(client, session_type, clock):
    held = keep(client)
    clock.shift(timedelta(minutes=13))
    assert 'class="hold ending"' in client.get(url(held)).content.decode()

    client.post(url(held, "extend/"))

    assert "Kept until 10:28 am." in text_of(client.get(url(held)))


def test_asking_for_more_time_loses_nothing_that_was_typed(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())

    client.post(url(held, "extend/"), DETAILS | {"birth_date": "", "pronouns": "they"})

    assert 'value="they"' in client.get(url(held, "details/")).content.decode()


def test_with_htmx_the_new_time_comes_into_the_page_as_it_is(client, session_type, clock):
    held = keep(client)
    clock.shift(timedelta(minutes=10))

    response = client.post(url(held, "extend/"), headers={"hx-request": "true"})

    assert response.content.decode().strip().startswith('<div id="kept">')
    assert "Kept until 10:25 am." in text_of(response)


def test_after_an_hour_no_more_time_is_offered(client, session_type, clock):
    held = keep(client)
    for _ in range(4):
        assert "I need more time" in text_of(client.get(url(held)))
        clock.shift(timedelta(minutes=14))
        client.post(url(held, "extend/"))

    text = text_of(client.get(url(held)))
    assert "Kept until 11:00 am." in text
    assert "I need more time" not in text


def test_giving_it_back_frees_it_for_others(client, session_type):
    held = keep(client)

    response = client.post(url(held, "release/"), follow=True)

    held.refresh_from_db()
    assert held.status == Status.EXPIRED
    assert "The time is free again." in text_of(response)
    assert keep(Browser()).status == Status.HELD


@pytest.mark.parametrize("page", ["", "details/"])
def test_a_hold_that_ended_says_so_and_offers_the_nearest(client, session_type, clock, page):
    held = keep(client)
    client.force_login(UserFactory())
    clock.shift(timedelta(minutes=15))

    response = client.get(url(held, page))

    assert response.status_code == 410
    assert "This time is no longer kept for you" in text_of(response)
    names = re.findall(r'aria-label="(Hold [^"]*)"', response.content.decode())
    assert names == [
        f"Hold Monday, January 4, {time}" for time in ("9:00 am", "9:30 am", "10:00 am", "10:30 am")
    ]


def test_what_was_typed_is_there_again_after_a_new_choice(client, session_type, clock):
    held = keep(client)
    client.force_login(UserFactory())
    client.post(url(held, "details/"), DETAILS | {"phone": "", "pronouns": "they"})
    clock.shift(timedelta(minutes=16))
    ended = client.post(url(held, "details/"), DETAILS | {"pronouns": "they"})

    again = keep(client)
    page = client.get(url(again, "details/")).content.decode()

    assert ended.status_code == 410
    assert Client.objects.count() == 0
    assert 'value="they"' in page
    assert html.escape(DETAILS["legal_name"]) in page


def test_words_typed_as_the_hold_ends_are_kept_too(client, session_type, clock):
    held = keep(client)
    client.force_login(UserFactory())
    clock.shift(timedelta(minutes=16))

    client.post(url(held, "details/"), DETAILS | {"pronouns": "they"})
    again = keep(client)

    assert 'value="they"' in client.get(url(again, "details/")).content.decode()


def test_time_off_entered_meanwhile_leads_back_to_the_calendar(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())
    AvailabilityException.objects.create(
        practitioner=session_type.practitioner,
        kind=ExceptionKind.CLOSED,
        starts_at=new_york(MONDAY, "09:00"),
        ends_at=new_york(MONDAY, "12:00"),
    )

    response = client.post(url(held, "details/"), DETAILS, follow=True)

    assert "Monday, January 4, 10:00 am is no longer open." in text_of(response)
    assert Client.objects.count() == 0


# -- details ---------------------------------------------------------------------------
def test_what_is_missing_is_said_next_to_its_field_and_nothing_is_lost(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())

    response = client.post(url(held, "details/"), DETAILS | {"phone": "12"})

    assert response.status_code == 422
    assert "Type a phone number with its area code" in text_of(response)
    assert 'value="Lu"' in response.content.decode()
    held.refresh_from_db()
    assert held.status == Status.HELD


@pytest.mark.parametrize("birth_date", ["2009-01-02", "2026-12-31"])
def test_under_eighteen_nothing_is_booked_and_the_time_is_free(client, session_type, birth_date):
    held = keep(client)
    client.force_login(UserFactory())

    response = client.post(url(held, "details/"), DETAILS | {"birth_date": birth_date})

    held.refresh_from_db()
    assert "Please let a parent or guardian call" in text_of(response)
    assert "(212) 555-0100" in text_of(response)
    assert held.status == Status.EXPIRED
    assert Client.objects.count() == MailMessage.objects.count() == 0
    assert "hold_details" not in client.session
    assert keep(Browser()).status == Status.HELD


def test_eighteen_today_may_book(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())

    client.post(url(held, "details/"), DETAILS | {"birth_date": "2009-01-01"})

    held.refresh_from_db()
    assert held.status == Status.CONFIRMED


def test_a_video_session_from_another_state_is_explained_next_to_the_field(client, session_type):
    held = keep(client)
    client.force_login(UserFactory())

    response = client.post(url(held, "details/"), DETAILS | {"state": "NJ"})

    assert response.status_code == 422
    assert "For a video session you have to be in New York when we meet" in text_of(response)
    assert 'value="Lu"' in response.content.decode()
    assert Client.objects.count() == 0


def test_the_office_is_open_to_people_from_another_state(client, session_type):
    held = keep(client, place="office")
    client.force_login(UserFactory())

    client.post(url(held, "details/"), DETAILS | {"state": "NJ"})

    held.refresh_from_db()
    assert (held.status, held.client.state) == (Status.CONFIRMED, "NJ")


def test_nothing_is_booked_when_a_later_step_fails(client, session_type, monkeypatch):
    held = keep(client)
    client.force_login(UserFactory())
    client.raise_request_exception = False

    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr("billing.services.charges.create_for_appointment", broken)
    response = client.post(url(held, "details/"), DETAILS)

    held.refresh_from_db()
    assert response.status_code == 500
    assert held.status == Status.HELD
    assert Client.objects.count() == MailMessage.objects.count() == 0
    assert not AuditEvent.objects.filter(action="appointment.confirm").exists()

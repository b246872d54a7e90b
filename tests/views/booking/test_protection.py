"""Who can't book: programs that fill in everything, and people on the practice's list."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client as Browser
from django.test import override_settings

from accounts.models import Client, Role
from booking.models import Appointment, BlockKind, Status
from booking.services import protection
from portal.shared.models import MailMessage
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    UserFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
TEN = "2027-01-04T15:00:00Z"
DETAILS = {
    "legal_name": "Ada Example",
    "birth_date": "1990-05-31",
    "phone": "212 555 0117",
    "voicemail": "nothing",
    "state": "NY",
}
NOT_HERE = "Booking online isn’t possible here"


@pytest.fixture(autouse=True)
def session_type():
    return a_session_type(slug="talk", name="First talk")


def block(kind: BlockKind, value: str) -> None:
    by = UserFactory(role=Role.THERAPIST)
    protection.block(kind=kind, value=value, note="", by=by, now=NOW, source=Source())


def keep(browser, **extra):
    return browser.post("/book/talk/hold/", {"start": TEN, "place": "telehealth", **extra})


def held_by(browser) -> Appointment:
    return Appointment.objects.get(public_id=keep(browser)["Location"].split("/")[2])


def main_of(response) -> str:
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def sign_in(browser, email="ada@example.com", next_url="/me/"):
    browser.post("/accounts/login/", {"email": email, "next": next_url})
    code = re.search(r"\d{4} \d{4}", MailMessage.objects.latest("pk").text)
    return browser.post("/accounts/login/code/", {"code": code.group()})


# -- the unseen field ------------------------------------------------------------------
def test_a_trapped_program_sees_the_page_of_success_and_keeps_no_time(client):
    person, program = Browser(), client
    real = person.get(keep(person)["Location"])
    Appointment.objects.all().delete()

    answer = keep(program, website="https://spam.example")
    page = program.get(answer["Location"])

    assert (answer.status_code, page.status_code) == (302, 200)
    same = re.compile(r"[0-9a-f-]{36}|value=\"\w{64}\"|nonce=\"[^\"]*\"")
    assert same.sub("", main_of(page)) == same.sub("", main_of(real))
    assert Appointment.objects.count() == 0


def test_only_the_trapped_browser_sees_that_page_and_only_while_it_would_last(client):
    address = keep(client, website="x")["Location"]

    assert Browser().get(address).status_code == 404
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        assert client.get(address).status_code == 410


@pytest.mark.parametrize("page", ["details/", "extend/", "release/"])
def test_a_person_whose_browser_filled_it_in_finds_real_times_at_the_next_step(client, page):
    address = keep(client, website="filled in by a browser")["Location"]
    client.force_login(UserFactory())

    answer = client.post(f"{address}{page}", DETAILS)

    assert answer.status_code == 410
    assert 'aria-label="Hold Monday, January 4, 10:00 am"' in answer.content.decode()
    assert keep(client)["Location"] != address
    assert Appointment.objects.get().status == Status.HELD


@override_settings(HOLD_REQUESTS_PER_MINUTE=2)
def test_trapped_tries_count_like_any_other(client):
    answers = [keep(client, website="x").status_code for _ in range(3)]

    assert answers == [302, 302, 429]


def test_the_step_of_the_address_has_an_unseen_field_too(client):
    held = held_by(client)

    page = main_of(client.get(f"/hold/{held.public_id}/"))
    answer = client.post("/accounts/login/", {"email": "bot@example.com", "website": "x"})

    assert 'name="website"' in page
    assert answer["Location"] == "/accounts/login/code/"
    assert MailMessage.objects.count() == 0
    same = "Look in your mail"
    assert same in text_of(client.get("/accounts/login/code/"))


def test_a_person_whose_browser_filled_that_in_can_ask_for_the_code_again(client):
    client.post("/accounts/login/", {"email": "ada@example.com", "website": "x"})

    client.post("/accounts/login/code/", {"action": "send"})

    assert MailMessage.objects.get().to == "ada@example.com"


# -- nothing is confirmed before the address is proved ----------------------------------
def test_a_handmade_request_without_a_proved_session_confirms_nothing(client):
    held = held_by(client)

    answer = client.post(f"/hold/{held.public_id}/details/", DETAILS)

    held.refresh_from_db()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert (held.status, Client.objects.count()) == (Status.HELD, 0)


def test_a_code_that_was_only_asked_for_confirms_nothing(client):
    held = held_by(client)
    client.post("/accounts/login/", {"email": "ada@example.com"})

    client.post(f"/hold/{held.public_id}/details/", DETAILS)

    held.refresh_from_db()
    assert (held.status, Client.objects.count()) == (Status.HELD, 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_session_whose_address_is_not_proved_confirms_nothing(client, method):
    held, user = held_by(client), UserFactory()
    EmailAddress.objects.filter(user=user).update(verified=False)
    client.force_login(user)

    answer = getattr(client, method)(f"/hold/{held.public_id}/details/", DETAILS)

    held.refresh_from_db()
    assert answer["Location"] == "/accounts/email/"
    assert (held.status, Client.objects.count()) == (Status.HELD, 0)
    assert "Please prove your e-mail address first." in text_of(
        client.get("/accounts/email/", follow=True)
    )


def test_anothers_hold_can_not_be_confirmed(client):
    held = held_by(client)
    thief = Browser()
    thief.force_login(UserFactory())

    answer = thief.post(f"/hold/{held.public_id}/details/", DETAILS)

    held.refresh_from_db()
    assert answer.status_code == 404
    assert (held.status, Client.objects.count()) == (Status.HELD, 0)


# -- limits by mail address --------------------------------------------------------------
def test_one_address_gets_so_many_codes_from_however_many_places():
    answers = [
        Browser(REMOTE_ADDR=f"203.0.113.{number}").post(
            "/accounts/login/", {"email": "ada@example.com", "next": "/hold/x/details/"}
        )
        for number in range(21)
    ]

    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert MailMessage.objects.count() == 20


def test_one_ipv6_customer_is_one_caller():
    answers = [
        Browser(REMOTE_ADDR=f"2001:db8::{number:x}").post(
            "/accounts/login/", {"email": f"person{number}@example.com"}
        )
        for number in range(31)
    ]

    assert [answer.status_code for answer in answers] == [302] * 30 + [429]


@override_settings(HOLD_REQUESTS_PER_MINUTE=2)
def test_one_person_tries_so_often_from_however_many_places():
    user = UserFactory()
    answers = []
    for number in range(3):
        browser = Browser(REMOTE_ADDR=f"203.0.113.{number}")
        browser.force_login(user)
        answers.append(keep(browser).status_code)

    assert answers[2] == 429


# -- the block list ----------------------------------------------------------------------
def test_a_blocked_network_is_told_calmly_whom_to_call(client):
    block(BlockKind.NETWORK, "127.0.0.0/8")

    answer = keep(client)

    assert answer.status_code == 403
    text = text_of(answer)
    assert f"{NOT_HERE} Please call Example Practice at (212) 555-0100 ." in text
    assert "Call or text 988" in text
    assert "In an emergency call 911" in text
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "value"), [(BlockKind.EMAIL, "ada@example.com"), (BlockKind.DOMAIN, "example.com")]
)
def test_a_blocked_address_learns_it_only_once_it_is_proved(client, kind, value):
    block(kind, value)
    held = held_by(client)

    step = client.post("/accounts/login/", {"email": "ada@example.com"})
    assert step["Location"] == "/accounts/login/code/"
    sign_in(client)
    answer = client.get(f"/hold/{held.public_id}/details/")

    held.refresh_from_db()
    assert answer.status_code == 403
    assert NOT_HERE in text_of(answer)
    assert held.status == Status.EXPIRED


def test_every_entry_gets_the_same_page():
    user, pages = UserFactory(email="ada@example.com"), []
    for kind, value in (
        (BlockKind.EMAIL, "ada@example.com"),
        (BlockKind.DOMAIN, "example.com"),
        (BlockKind.NETWORK, "127.0.0.1"),
    ):
        block(kind, value)
        browser = Browser()
        browser.force_login(user)
        answer = keep(browser)
        pages.append((answer.status_code, main_of(answer)))
        entry = protection.BlockedVisitor.objects.get()
        protection.unblock(public_id=entry.public_id, by=user, now=NOW, source=Source())

    assert pages[0][0] == 403
    assert pages == [pages[0]] * 3


def test_somebody_blocked_on_the_way_can_not_confirm(client):
    held, user = held_by(client), UserFactory()
    client.force_login(user)
    client.get(f"/hold/{held.public_id}/details/")
    block(BlockKind.EMAIL, user.email)

    answer = client.post(f"/hold/{held.public_id}/details/", DETAILS)

    held.refresh_from_db()
    assert (answer.status_code, held.status) == (403, Status.EXPIRED)
    assert Client.objects.count() == 0


def test_a_blocked_client_keeps_their_own_pages(client, session_type):
    person = ClientFactory(phone="212 555 0100", state="NY")
    booked = an_appointment(session_type, new_york(MONDAY, "09:00"), client=person)
    block(BlockKind.EMAIL, person.email)
    client.force_login(person.user)

    pages = ["/me/", "/appointments/", f"/appointments/{booked.public_id}/", "/documents/"]
    seen = [client.get(page).status_code for page in pages]
    turned_away = keep(client)

    assert seen == [200] * len(pages)
    assert turned_away.status_code == 403
    assert 'href="/appointments/"' in main_of(turned_away)

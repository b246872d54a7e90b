"""Sessions end on the server, and no typed word is lost."""

import base64
import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Client, ParkedForm
from portal.shared.models import AuditEvent
from tests.factories.accounts import (
    ClientFactory,
    UserFactory,
    newest_code,
    sign_in,
    sign_in_staff,
)

pytestmark = pytest.mark.django_db

START = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
SECURITY = "/account/security/"
DETAILS = "/me/details/"
TYPED = {
    "legal_name": "Łukasz Nguyễn Šimić Dvořák",
    "birth_date": "1988-04-12",
    "phone": "212 555 0100",
    "voicemail": "nothing",
    "state": "NY",
    "address": "\n20 Example Street\nNew York  ",
}


def at(time_machine, minutes: float) -> None:
    time_machine.move_to(START + timedelta(minutes=minutes), tick=False)


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 302)])
def test_a_client_is_signed_out_after_thirty_idle_minutes(time_machine, minutes, status) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())

    at(time_machine, minutes)

    assert browser.get(SECURITY).status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (15, 302)])
def test_staff_are_signed_out_after_fifteen_idle_minutes(time_machine, minutes, status) -> None:
    at(time_machine, 0)
    browser, _ = sign_in_staff()

    at(time_machine, minutes)

    assert browser.get(SECURITY).status_code == status


def test_after_twelve_hours_a_busy_session_ends_too(time_machine) -> None:
    at(time_machine, 0)
    user = UserFactory()
    browser = sign_in(user)
    statuses = []

    for minutes in range(20, 12 * 60 + 20, 20):
        at(time_machine, minutes)
        statuses.append(browser.get(SECURITY).status_code)

    assert statuses == [200] * 35 + [302]
    event = AuditEvent.objects.get(action="session.end")
    assert (event.actor_id, event.detail) == (user.pk, {"reason": "absolute"})


def test_the_time_is_written_at_most_once_a_minute(time_machine) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    browser.get(SECURITY)

    def written() -> tuple[object, object]:
        return (
            Session.objects.get(pk=browser.session.session_key).session_data,
            UserSession.objects.get().last_seen_at,
        )

    before = written()
    at(time_machine, 0.9)
    browser.get(SECURITY)
    assert written() == before
    at(time_machine, 1.1)
    browser.get(SECURITY)
    assert written()[0] != before[0]
    assert written()[1] - before[1] == timedelta(minutes=1.1)


def test_a_form_sent_after_the_end_comes_back_with_one_click(time_machine) -> None:
    at(time_machine, 0)
    client = ClientFactory()
    browser = sign_in(client.user)
    at(time_machine, 45)

    sent = browser.post(DETAILS, TYPED)
    parked = ParkedForm.objects.get()
    kept = f"/account/kept/{parked.public_id}/"
    assert sent.headers["Location"] == f"/accounts/login/?next={kept}"
    assert "we kept it for you" in browser.get("/accounts/login/").content.decode()
    browser.post("/accounts/login/", {"email": client.user.email, "next": kept})
    landed = browser.post("/accounts/login/code/", {"code": newest_code(client.user.email)})
    page = browser.get(kept)
    assert landed.headers["Location"] == kept
    assert "Łukasz Nguyễn Šimić Dvořák" in page.content.decode()
    saved = browser.post(DETAILS, fields_of(page.content.decode()))

    client = Client.objects.get(pk=client.pk)
    assert saved.status_code == 302
    assert client.legal_name == TYPED["legal_name"]
    assert client.address == "20 Example Street\nNew York"
    assert not ParkedForm.objects.exists()


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form on the page of kept words, as a browser would send them."""
    texts = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    marks = re.findall(r'<input type="hidden" name="(parked_form)" value="([^"]+)"', page)
    return {name: html.unescape(value) for name, value in [*texts, *marks]}


def test_what_is_kept_is_encrypted_and_without_secrets(time_machine) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    at(time_machine, 31)
    secrets = {
        "csrfmiddlewaretoken": "x",
        "password": "x",
        "new_password2": "x",
        "code": "123",
        "stripe_token": "x",
    }

    browser.post(DETAILS, {**TYPED, **secrets, "hopes": ["first", "second"]})

    parked = ParkedForm.objects.get()
    raw = ParkedForm.objects.raw("SELECT id, fields AS raw_fields FROM accounts_parkedform")[0]
    assert {name for name, _ in parked.fields} == {*TYPED, "hopes"}
    assert [value for name, value in parked.fields if name == "hopes"] == ["first", "second"]
    assert "Łukasz".encode() not in bytes(raw.raw_fields)


def test_nobody_else_sees_what_was_kept(time_machine) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    at(time_machine, 31)
    browser.post(DETAILS, TYPED)
    kept = f"/account/kept/{ParkedForm.objects.get().public_id}/"

    other_here = sign_in(UserFactory(), browser)
    other_there = sign_in(UserFactory())

    assert other_here.get(kept).status_code == 404
    assert other_there.get(kept).status_code == 404
    assert other_there.get(f"/account/kept/{uuid4()}/").status_code == 404


def test_words_of_a_session_that_is_gone_come_back_in_the_same_browser() -> None:
    user = UserFactory()
    browser, elsewhere = sign_in(user), sign_in(user)
    elsewhere.post("/accounts/sessions/")  # signs out everywhere else

    sent = browser.post(DETAILS, TYPED)
    parked = ParkedForm.objects.get()
    kept = f"/account/kept/{parked.public_id}/"
    stranger = sign_in(UserFactory())
    assert parked.user is None
    assert stranger.get(kept).status_code == 404
    sign_in(user, browser)

    assert sent.headers["Location"].endswith(kept)
    assert browser.get(kept).status_code == 200
    assert ParkedForm.objects.get().user == user


def test_kept_words_can_be_thrown_away_and_end_after_a_day(time_machine) -> None:
    at(time_machine, 0)
    user = UserFactory()
    browser = sign_in(user)
    at(time_machine, 31)
    browser.post(DETAILS, TYPED)
    browser.post(DETAILS, TYPED)
    first, second = (f"/account/kept/{row.public_id}/" for row in ParkedForm.objects.all())
    sign_in(user, browser)

    browser.post(first)
    assert ParkedForm.objects.count() == 1
    at(time_machine, 31 + 24 * 60 + 1)
    sign_in(user, browser)

    assert browser.get(second).status_code == 404


def test_a_form_from_another_site_is_not_kept(time_machine) -> None:
    at(time_machine, 0)
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = sign_in(UserFactory()).cookies
    at(time_machine, 31)

    answer = browser.post(DETAILS, TYPED)

    assert answer.status_code == 403
    assert not ParkedForm.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true"}, {"X-Requested-With": "fetch"}, {"Accept": "application/json"}],
)
def test_a_script_is_told_that_the_session_ended(time_machine, headers) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    at(time_machine, 31)

    answer = browser.post(DETAILS, TYPED, headers=headers)

    assert answer.status_code == 401
    assert answer.json() == {"error": "signed_out", "sign_in": "/accounts/login/"}
    assert answer.headers["HX-Trigger"] == "session:ended"
    assert not ParkedForm.objects.exists()


def test_secret_pages_keep_nothing(time_machine) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    at(time_machine, 31)

    answer = browser.post("/accounts/password/", {"password": "slow rivers under ice"})

    assert answer.status_code == 302
    assert not ParkedForm.objects.exists()


def test_keep_alive_says_how_long_it_lasts(time_machine) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    at(time_machine, 29)

    answer = browser.post("/account/keep-alive/", headers={"X-Requested-With": "fetch"})
    at(time_machine, 58)

    assert answer.json() == {"seconds_left": 1800}
    assert browser.get(SECURITY).status_code == 200
    assert browser.get("/account/keep-alive/").status_code == 405


def test_sessions_are_listed_and_ended() -> None:
    user = UserFactory()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, there = sign_in(user), sign_in(user, Browser(headers={"User-Agent": agent}))
    stranger = sign_in(UserFactory())

    page = here.get("/accounts/sessions/")
    handle = page.context["places"][1].handle
    stranger.post("/accounts/sessions/", {"handle": handle})
    assert there.get(SECURITY).status_code == 200
    here.post("/accounts/sessions/", {"handle": handle})

    assert [place.is_current for place in page.context["places"]] == [True, False]
    assert "Firefox on Windows" in page.content.decode()
    assert there.get(SECURITY).status_code == 302
    assert here.get(SECURITY).status_code == 200
    assert AuditEvent.objects.get(action="session.end").actor_id == user.pk


def test_an_ended_session_is_not_listed(time_machine) -> None:
    at(time_machine, 0)
    user = UserFactory()
    sign_in(user)
    at(time_machine, 40)
    browser = sign_in(user)

    places = browser.get("/accounts/sessions/").context["places"]

    assert [place.is_current for place in places] == [True]


def test_session_data_is_encrypted() -> None:
    browser = Browser()
    browser.post("/accounts/login/", {"email": "ada@example.com"})

    stored = Session.objects.get().session_data

    assert browser.session["code:sign-in"]["email"] == "ada@example.com"
    assert "ada" not in base64.b64decode(stored).decode("latin-1")


def test_every_sign_in_gets_a_new_session_key() -> None:
    user = UserFactory()
    browser = sign_in(user)
    first = browser.session.session_key

    browser.post("/accounts/logout/")
    sign_in(user, browser)

    assert browser.session.session_key != first


def test_the_list_asks_the_same_for_one_place_and_for_three() -> None:
    user = UserFactory()
    browser = sign_in(user)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get("/accounts/sessions/")
        counts.append(len(queries))
        sign_in(user), sign_in(user)

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("origin", "status", "kept"),
    [("http://testserver", 302, 1), ("https://evil.example.com", 403, 0), (None, 403, 0)],
)
def test_a_page_older_than_the_sign_in_gives_its_words_back(origin, status, kept) -> None:
    client = ClientFactory()
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = sign_in(client.user).cookies
    headers = {"Origin": origin} if origin else {}

    answer = browser.post(DETAILS, {**TYPED, "csrfmiddlewaretoken": "a" * 64}, headers=headers)

    assert answer.status_code == status
    assert [form.user for form in ParkedForm.objects.all()] == [client.user] * kept
    if kept:
        page = browser.get(answer.headers["Location"])
        assert "We kept what you typed" in page.content.decode()


def test_a_page_that_polls_on_an_empty_chair_keeps_nobody_signed_in(time_machine) -> None:
    at(time_machine, 0)
    browser = sign_in(UserFactory())
    browser.get(SECURITY)
    statuses = []

    for minutes in (10, 20, 29, 30):
        at(time_machine, minutes)
        statuses.append(browser.get(SECURITY, headers={"HX-Request": "true"}).status_code)

    assert statuses == [200, 200, 200, 401]


def test_words_saved_by_a_script_show_a_person(time_machine) -> None:
    at(time_machine, 0)
    client = ClientFactory()
    browser = sign_in(client.user)
    statuses = []

    for minutes in (20, 40, 60):
        at(time_machine, minutes)
        answer = browser.post(DETAILS, TYPED, headers={"HX-Request": "true"})
        statuses.append(answer.status_code)

    assert statuses == [302, 302, 302]

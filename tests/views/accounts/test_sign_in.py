"""The door: one for known and unknown people, by a code."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.accounts import UserFactory, newest_code, practice, sign_in

pytestmark = pytest.mark.django_db

DOOR = "/accounts/login/"
CODE = "/accounts/login/code/"
DETAILS = "/me/details/"


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account/security/").status_code == 200


def test_a_known_person_signs_in_with_the_code_from_the_mail() -> None:
    user = UserFactory(email="ada@example.com")
    browser = Browser()

    asked = browser.post(DOOR, {"email": " Ada@Example.com ", "next": DETAILS})
    answer = browser.post(CODE, {"code": newest_code("ada@example.com")})

    assert asked.headers["Location"] == CODE
    assert answer.headers["Location"] == DETAILS
    assert browser.session["_auth_user_id"] == str(user.pk)
    assert AuditEvent.objects.filter(action="sign_in", actor_id=user.pk).count() == 1


def test_an_unknown_person_has_an_account_after_the_code() -> None:
    browser = Browser()
    browser.post(DOOR, {"email": "new@example.com"})
    assert not User.objects.exists()

    browser.post(CODE, {"code": newest_code("new@example.com")})

    user = User.objects.get()
    address = EmailAddress.objects.get()
    assert (user.email, user.role, user.has_usable_password()) == (
        "new@example.com",
        "client",
        False,
    )
    assert (address.email, address.verified, address.primary) == (user.email, True, True)
    assert is_signed_in(browser)


def test_the_mail_is_neutral_and_goes_through_the_outbox() -> None:
    practice(name="Example Practice")

    Browser().post(DOOR, {"email": "new@example.com"})

    mail = MailMessage.objects.get()
    code = newest_code("new@example.com")
    assert mail.subject == "Your code for Example Practice"
    assert f"    {code[:4]} {code[4:]}\n" in mail.text
    assert f"{code[:4]} {code[4:]}" in mail.html
    assert "therap" not in (mail.text + mail.html).lower()
    assert OutboxEntry.objects.get().kind == "send_mail"


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_the_code_may_be_typed_with_spaces_and_dashes(typed: str) -> None:
    browser = Browser()
    browser.post(DOOR, {"email": "new@example.com"})
    code = newest_code("new@example.com")

    browser.post(CODE, {"code": typed.format(code[:4], code[4:])})

    assert is_signed_in(browser)


def test_three_wrong_codes_end_it() -> None:
    browser = Browser()
    browser.post(DOOR, {"email": "new@example.com"})
    right = newest_code("new@example.com")
    wrong = "00000000" if right != "00000000" else "11111111"

    first = browser.post(CODE, {"code": wrong})
    second = browser.post(CODE, {"code": wrong})
    third = browser.post(CODE, {"code": wrong})
    late = browser.post(CODE, {"code": right})

    assert "you have 2 more tries" in first.content.decode()
    assert "you have one more try" in second.content.decode()
    assert "This code has ended" in third.content.decode()
    assert late.headers["Location"] == DOOR
    assert not is_signed_in(browser)
    assert AuditEvent.objects.filter(action="sign_in.fail").count() == 3


def test_a_code_ends_after_fifteen_minutes(time_machine) -> None:
    time_machine.move_to("2027-01-04T15:00:00Z", tick=False)
    browser = Browser()
    browser.post(DOOR, {"email": "new@example.com"})
    code = newest_code("new@example.com")

    time_machine.move_to("2027-01-04T15:15:01Z", tick=False)
    answer = browser.post(CODE, {"code": code})

    assert answer.headers["Location"] == DOOR
    assert not is_signed_in(browser)


def test_a_code_works_once_and_only_in_its_browser() -> None:
    first, other = Browser(), Browser()
    first.post(DOOR, {"email": "new@example.com"})
    code = newest_code("new@example.com")

    other.post(CODE, {"code": code})
    assert not is_signed_in(other)
    first.post(CODE, {"code": code})
    assert is_signed_in(first)


def test_only_the_newest_code_works() -> None:
    browser = Browser()
    browser.post(DOOR, {"email": "new@example.com"})
    old = newest_code("new@example.com")

    again = browser.post(CODE, {"action": "send"})
    browser.post(CODE, {"code": old})
    assert not is_signed_in(browser)
    browser.post(CODE, {"code": newest_code("new@example.com")})

    assert again.headers["Location"] == f"{CODE}?sent=1"
    assert is_signed_in(browser)


def test_the_session_of_a_hold_survives_signing_in() -> None:
    browser = Browser()
    session = browser.session
    session["hold"] = "a token"
    session.save()

    sign_in(UserFactory(), browser)

    assert browser.session["hold"] == "a token"


@pytest.mark.parametrize(
    "target", ["https://evil.example.com/", "//evil.example.com/", "javascript:alert(1)", "me/"]
)
def test_next_never_leads_away(target: str) -> None:
    user = UserFactory()
    browser = Browser()
    browser.post(DOOR, {"email": user.email, "next": target})

    answer = browser.post(CODE, {"code": newest_code(user.email)})

    assert answer.headers["Location"] == reverse("journeys:home_by_role")


def without_what_differs_each_time(page: str, email: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", page)
    return page.replace(email, "[address]")


def test_known_and_unknown_addresses_get_the_same_answer() -> None:
    UserFactory(email="known@example.com")

    known, unknown = (answers_to(email) for email in ("known@example.com", "other@example.com"))

    assert known == unknown


def answers_to(email: str) -> tuple[object, ...]:
    """All that a stranger can see, and the number of queries as a measure of the time."""
    browser = Browser()
    with CaptureQueriesContext(connection) as queries:
        asked = browser.post(DOOR, {"email": email})
    page = browser.get(CODE)
    wrong = browser.post(CODE, {"code": "1"})
    return (
        asked.status_code,
        sorted(item for item in asked.headers.items() if item[0] != "Expires"),  # the second
        len(queries),
        without_what_differs_each_time(page.content.decode(), email),
        without_what_differs_each_time(wrong.content.decode(), email),
    )


def test_known_and_unknown_addresses_meet_the_same_limit() -> None:
    UserFactory(email="known@example.com")
    statuses = {}
    for email in ("known@example.com", "other@example.com"):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{len(statuses)}")
        statuses[email] = [browser.post(DOOR, {"email": email}).status_code for _ in range(6)]

    assert statuses["known@example.com"] == [302] * 5 + [429]
    assert statuses["other@example.com"] == [302] * 5 + [429]


def test_the_page_for_too_many_tries_says_when_to_come_back() -> None:
    browser = Browser()
    for _ in range(5):
        browser.post(DOOR, {"email": "new@example.com"})

    answer = browser.post(DOOR, {"email": "new@example.com"})

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 900
    assert "A little slower, please" in answer.content.decode()


def test_a_bad_address_is_said_beside_the_field_and_kept() -> None:
    page = Browser().post(DOOR, {"email": "ada@example"}).content.decode()

    assert "Type a full e-mail address, such as ada@example.com." in page
    assert 'value="ada@example"' in page
    assert 'aria-invalid="true"' in page


def test_a_closed_account_is_told_so_only_after_the_code() -> None:
    user = UserFactory(is_active=False)
    browser = Browser()
    browser.post(DOOR, {"email": user.email})

    answer = browser.post(CODE, {"code": newest_code(user.email)}, follow=True)

    assert "This account is closed" in answer.content.decode()
    assert not is_signed_in(browser)


def test_somebody_signed_in_is_led_on() -> None:
    browser = sign_in(UserFactory())

    answer = browser.get(f"{DOOR}?next={DETAILS}")

    assert answer.headers["Location"] == DETAILS


def test_a_dead_mail_server_and_a_dead_broker_do_not_stop_anyone(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    browser = Browser()

    asked = browser.post(DOOR, {"email": "new@example.com"})
    browser.post(CODE, {"code": newest_code("new@example.com")})

    assert asked.status_code == 302
    assert is_signed_in(browser)
    assert OutboxEntry.objects.get(kind="send_mail").done_at is None


def test_whoever_mistyped_the_address_types_another_and_loses_no_way() -> None:
    browser = Browser()
    browser.post(DOOR, {"email": "wrong@example.com", "next": DETAILS})

    page = browser.get(CODE).content.decode()

    assert '<a href="/accounts/login/?next=%2Fme%2Fdetails%2F">Use another address</a>' in page

"""A mistyped address is doubted once, by a hint with a button, and never refused."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client as Browser

from portal.shared.models import MailMessage
from tests.factories.accounts import UserFactory, newest_code, sign_in

pytestmark = pytest.mark.django_db

DOOR = "/accounts/login/"
CODE = "/accounts/login/code/"
PASSWORD_DOOR = "/accounts/login/password/"
NEW_ADDRESS = "/accounts/email/"
DETAILS = "/me/details/"
MEANT = "Did you mean ada@gmail.com?"


def test_the_door_comes_back_once_with_a_hint_and_everything_typed() -> None:
    asked = Browser().post(DOOR, {"email": " Ada@gmial.con", "next": DETAILS})
    page = asked.content.decode()

    assert asked.status_code == 200
    assert MEANT in page
    assert '<button class="btn quiet" name="email" value="ada@gmail.com">' in page
    assert 'name="email" value=" Ada@gmial.con"' in page
    assert f'name="next" value="{DETAILS}"' in page
    assert 'name="as_typed" value="ada@gmial.con"' in page
    assert "error-summary" not in page
    assert not MailMessage.objects.exists()


def test_the_address_is_taken_as_typed_when_it_is_sent_again() -> None:
    sent = Browser().post(DOOR, {"email": "Ada@gmial.con", "as_typed": "ada@gmial.con"})

    assert sent.headers["Location"] == CODE
    assert [mail.to for mail in MailMessage.objects.all()] == ["ada@gmial.con"]


def test_the_button_takes_the_address_that_was_meant() -> None:
    """It lies behind the field, so that its value is the one that counts."""
    browser = Browser()
    typed = {"email": ["ada@gmial.con", "ada@gmail.com"], "as_typed": "ada@gmial.con"}

    browser.post(DOOR, {**typed, "next": DETAILS})
    answer = browser.post(CODE, {"code": newest_code("ada@gmail.com")})

    assert answer.headers["Location"] == DETAILS


def test_another_slip_is_doubted_anew() -> None:
    page = Browser().post(DOOR, {"email": "ada@gmal.com", "as_typed": "ada@gmial.con"})

    assert MEANT in page.content.decode()


def test_a_new_address_is_doubted_once_too() -> None:
    user = UserFactory()
    browser = sign_in(user)
    typed = {"action_add": "1", "email": "ada@gmial.con"}

    page = browser.post(NEW_ADDRESS, typed).content.decode()
    assert MEANT in page
    assert 'name="action_add" value="1"' in page
    assert not EmailAddress.objects.filter(email="ada@gmial.con").exists()

    sent = browser.post(NEW_ADDRESS, {**typed, "as_typed": "ada@gmial.con"})
    assert sent.status_code == 302
    assert "ada@gmial.con" in [mail.to for mail in MailMessage.objects.all()]


def test_the_door_with_a_password_hints_only_when_it_did_not_open() -> None:
    user = UserFactory(email="ada@gmial.con")
    user.set_password("slow rivers under ice")
    user.save(update_fields=["password"])

    wrong = Browser().post(PASSWORD_DOOR, {"email": user.email, "password": "something else"})
    right = Browser().post(
        PASSWORD_DOOR, {"email": user.email, "password": "slow rivers under ice"}
    )

    assert MEANT in wrong.content.decode()
    assert right.status_code == 302


def test_no_hint_for_an_address_that_is_refused_or_right() -> None:
    for email in ("ada@gmial", "ada@example.com", ""):
        page = Browser().post(DOOR, {"email": email}).content.decode()
        assert "Did you mean" not in page

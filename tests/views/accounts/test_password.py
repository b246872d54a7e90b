"""A password is possible and never needed."""

from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client as Browser

from accounts.models import User
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.accounts import UserFactory, sign_in

pytestmark = pytest.mark.django_db

DOOR = "/accounts/login/password/"
PASSWORD = "/accounts/password/"
WORDS = "slow rivers under ice"


def with_password(**values: str) -> User:
    user = UserFactory(**values)
    user.set_password(WORDS)
    user.save(update_fields=["password"])
    return user


def test_a_person_sets_a_password_and_signs_in_with_it() -> None:
    user = UserFactory()
    sign_in(user).post(PASSWORD, {"password": WORDS})
    browser = Browser()

    answer = browser.post(DOOR, {"email": user.email, "password": WORDS, "next": "/me/details/"})

    assert answer.headers["Location"] == "/me/details/"
    assert browser.session["_auth_user_id"] == str(user.pk)
    notices = [mail.text for mail in MailMessage.objects.all() if "A password was set" in mail.text]
    assert len(notices) == 1
    assert list(AuditEvent.objects.filter(action="password.set").values_list("actor_id")) == [
        (user.pk,)
    ]


def test_a_weak_password_is_refused_in_words() -> None:
    page = sign_in(UserFactory()).post(PASSWORD, {"password": "short"}).content.decode()

    assert "This password is too short." in page


def test_the_password_can_be_removed_again() -> None:
    user = with_password()
    browser = sign_in(user)

    browser.post(PASSWORD, {"action": "remove"})

    user.refresh_from_db()
    assert not user.has_usable_password()
    assert browser.get("/account/security/").status_code == 200
    assert AuditEvent.objects.filter(action="password.remove").count() == 1


@pytest.mark.parametrize("kind", ["unknown", "without a password", "wrong password"])
def test_a_failed_sign_in_costs_and_says_the_same(kind: str) -> None:
    user = with_password() if kind == "wrong password" else UserFactory()
    email = "nobody@example.com" if kind == "unknown" else user.email
    hashes = []
    original = MD5PasswordHasher.encode
    with patch.object(MD5PasswordHasher, "encode", lambda *a: hashes.append(1) or original(*a)):
        page = Browser().post(DOOR, {"email": email, "password": "not this one"})

    assert page.status_code == 200
    assert "This e-mail address and password don’t go together." in page.content.decode()
    assert len(hashes) == 1
    assert AuditEvent.objects.filter(action="sign_in.fail").count() == 1


def test_too_many_wrong_passwords_pause_the_address() -> None:
    user = with_password()
    browser = Browser()
    for _ in range(5):
        browser.post(DOOR, {"email": user.email, "password": "not this one"})

    page = browser.post(DOOR, {"email": user.email, "password": WORDS}).content.decode()

    assert "There were too many tries. Wait five minutes, then try again." in page


def test_a_change_asks_again_who_it_is_when_the_sign_in_is_old(time_machine) -> None:
    time_machine.move_to("2027-01-04T15:00:00Z", tick=False)
    browser = sign_in(UserFactory())
    assert browser.get(PASSWORD).status_code == 200

    time_machine.move_to("2027-01-04T15:10:01Z", tick=False)
    answer = browser.get(PASSWORD)

    assert answer.headers["Location"] == (
        "/accounts/reauthenticate/code/?next=%2Faccounts%2Fpassword%2F"
    )

"""The second factor: enrolled at the first sign-in of staff, asked at every other one."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser

from accounts.models import Role
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.accounts import (
    UserFactory,
    add_app,
    app_code,
    newest_code,
    sign_in,
    sign_in_staff,
)

pytestmark = pytest.mark.django_db

ENROL = "/account/second-factor/"
APP = "/accounts/2fa/totp/activate/"
ASK = "/accounts/2fa/authenticate/"
CODES = "/accounts/2fa/recovery-codes/"
STAFF = [Role.THERAPIST, Role.BILLING_ADMIN, Role.SUPERUSER]


def enrol(browser: Browser) -> str:
    secret: str = browser.get(APP).context["form"].secret
    browser.post(APP, {"code": app_code(secret)})
    return secret


@pytest.mark.parametrize("role", STAFF)
def test_staff_are_led_to_a_second_factor_and_nowhere_else(role: Role) -> None:
    browser = sign_in(UserFactory(role=role))

    for path in ("/", "/me/details/", "/account/security/", "/gallery/", "/accounts/email/"):
        assert browser.get(path).headers["Location"] == ENROL
    script = browser.get("/account/security/", headers={"HX-Request": "true"})

    assert browser.get(ENROL).status_code == 200
    assert script.status_code == 403


def test_enrolment_right_after_signing_in_does_not_loop() -> None:
    browser = sign_in(UserFactory(role=Role.THERAPIST))

    page = browser.get(APP)
    enrolled = browser.post(APP, {"code": app_code(page.context["form"].secret)})
    codes = browser.get(CODES)

    assert page.status_code == 200
    assert enrolled.headers["Location"] == CODES
    assert len(codes.context["unused_codes"]) == 10
    assert codes.context["unused_codes"][0] in codes.content.decode()
    assert browser.get("/account/security/").status_code == 200


def test_a_later_enrolment_asks_for_a_mailed_code_and_comes_back(time_machine) -> None:
    time_machine.move_to("2027-01-04T15:00:00Z", tick=False)
    user = UserFactory(role=Role.BILLING_ADMIN)
    browser = sign_in(user)
    time_machine.move_to("2027-01-04T15:12:00Z", tick=False)

    sent_to = browser.get(APP).headers["Location"]
    browser.post(sent_to, {"action": "send", "next": APP})
    back = browser.post("/accounts/reauthenticate/code/", {"code": newest_code(user.email)})

    assert sent_to == "/accounts/reauthenticate/code/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    assert back.headers["Location"] == APP
    assert browser.get(APP).status_code == 200


def test_signing_in_by_code_still_asks_for_the_second_factor() -> None:
    user = UserFactory(role=Role.THERAPIST)
    secret = add_app(user)
    browser = Browser()
    browser.post("/accounts/login/", {"email": user.email, "next": "/account/security/"})

    asked = browser.post("/accounts/login/code/", {"code": newest_code(user.email)})
    assert asked.headers["Location"] == ASK
    assert browser.get("/account/security/").status_code == 302
    let_in = browser.post(ASK, {"code": app_code(secret)})

    assert let_in.headers["Location"] == "/account/security/"
    assert browser.get("/account/security/").status_code == 200


def test_a_code_of_the_app_works_once() -> None:
    user = UserFactory(role=Role.THERAPIST)
    code = app_code(add_app(user))
    first, second = Browser(), Browser()
    for browser in (first, second):
        browser.post("/accounts/login/", {"email": user.email})
        browser.post("/accounts/login/code/", {"code": newest_code(user.email)})

    first.post(ASK, {"code": code})
    again = second.post(ASK, {"code": code})

    assert first.get("/account/security/").status_code == 200
    assert "This is not the code of this moment." in again.content.decode()
    assert second.get("/account/security/").status_code == 302
    assert AuditEvent.objects.filter(action="sign_in.fail", object_id=user.pk).count() == 1


def test_a_recovery_code_lets_in_once() -> None:
    browser = sign_in(UserFactory(role=Role.THERAPIST))
    enrol(browser)
    user_email = browser.get("/account/security/").context["user"].email
    # The codes are shown once, right after they were made.
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    outcomes = []
    for _ in range(2):
        other = Browser()
        other.post("/accounts/login/", {"email": user_email})
        other.post("/accounts/login/code/", {"code": newest_code(user_email)})
        other.post(ASK, {"code": recovery})
        outcomes.append(other.get("/account/security/").status_code)

    assert outcomes == [200, 302]


def test_recovery_codes_are_shown_once() -> None:
    browser = sign_in(UserFactory())
    enrol(browser)

    first, second = browser.get(CODES), browser.get(CODES)

    code = first.context["unused_codes"][0]
    assert code in first.content.decode()
    assert code not in second.content.decode()
    assert "10 of 10 are left" in second.content.decode()


def test_secrets_are_encrypted_in_the_database() -> None:
    user = UserFactory()
    secret = add_app(user)

    stored = {row.type: row.data for row in Authenticator.objects.filter(user=user)}

    assert secret not in str(stored)
    assert set(stored) == {"totp", "recovery_codes"}
    assert stored["totp"]["secret"] != secret
    assert len(stored["recovery_codes"]["seed"]) > 80  # hex of 40 bytes, encrypted


def test_staff_keep_their_last_factor_and_clients_may_remove_it() -> None:
    staff, therapist = sign_in_staff()
    client_user = UserFactory()
    client = sign_in(client_user)
    enrol(client)

    refused = staff.post("/accounts/2fa/totp/deactivate/")
    client.post("/accounts/2fa/totp/deactivate/")

    assert "Your role needs a second factor." in refused.content.decode()
    assert Authenticator.objects.filter(user=therapist, type="totp").exists()
    assert not Authenticator.objects.filter(user=client_user).exists()


def test_staff_keep_their_last_passkey() -> None:
    staff, therapist = sign_in_staff(Role.BILLING_ADMIN)
    Authenticator.objects.filter(user=therapist, type="totp").delete()
    passkey = Authenticator.objects.create(
        user=therapist, type="webauthn", data={"name": "Blue key", "credential": {}}
    )

    answer = staff.post(f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/")

    assert answer.headers["Location"] == "/account/security/"
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_another_persons_passkey_does_not_exist() -> None:
    other = Authenticator.objects.create(user=UserFactory(), type="webauthn", data={})
    browser = sign_in(UserFactory())

    assert browser.get(f"/accounts/2fa/webauthn/keys/{other.pk}/remove/").status_code == 404
    assert browser.get(f"/accounts/2fa/webauthn/keys/{other.pk}/edit/").status_code == 404


def test_every_change_is_audited_and_mailed(django_capture_on_commit_callbacks) -> None:
    user = UserFactory()
    browser = sign_in(user)
    with django_capture_on_commit_callbacks(execute=True):
        enrol(browser)
    browser.post("/accounts/2fa/totp/deactivate/")

    events = AuditEvent.objects.filter(action__startswith="second_factor", actor_id=user.pk)
    mails = [mail.text for mail in MailMessage.objects.order_by("pk")][1:]

    assert sorted((event.action, event.detail["type"]) for event in events) == [
        ("second_factor.add", "recovery_codes"),
        ("second_factor.add", "totp"),
        ("second_factor.remove", "recovery_codes"),
        ("second_factor.remove", "totp"),
    ]
    assert ["An authenticator app was added" in mails[0], "was removed" in mails[1]] == [True] * 2


def test_a_person_with_a_factor_proves_themselves_with_it(time_machine) -> None:
    time_machine.move_to("2027-01-04T15:00:00Z", tick=False)
    user = UserFactory()
    browser = sign_in(user)
    secret = enrol(browser)
    time_machine.move_to("2027-01-04T15:11:00Z", tick=False)

    asked = browser.get("/accounts/email/")
    way = "/accounts/2fa/reauthenticate/"
    answer = browser.post(
        f"{way}?next=/accounts/email/", {"code": app_code(secret), "next": "/accounts/email/"}
    )

    assert asked.headers["Location"] == f"{way}?next=%2Faccounts%2Femail%2F"
    assert answer.headers["Location"] == "/accounts/email/"
    assert browser.get("/accounts/reauthenticate/code/").headers["Location"] == way

"""A client's own details: who may see and change them, and what the audit keeps."""

from datetime import date

import pytest

from accounts.models import Client
from portal.shared.models import AuditEvent, MailMessage
from tests.factories.accounts import (
    ClientFactory,
    UserFactory,
    newest_code,
    practice,
    sign_in,
    sign_in_staff,
)

pytestmark = pytest.mark.django_db

DETAILS = "/me/details/"
TYPED = {
    "legal_name": "Ada Example",
    "birth_date": "1988-04-12",
    "phone": "212 555 0100",
    "voicemail": "call_back",
    "state": "NY",
}


def test_a_new_person_gives_their_details() -> None:
    user = UserFactory()
    browser = sign_in(user)

    browser.post(
        DETAILS,
        {
            **TYPED,
            "chosen_name": "Ade",
            "pronouns": "they/them",
            "emergency_name": "Sam Example",
            "emergency_relation": "sister",
            "emergency_phone": "+1 (212) 555-0123",
        },
    )

    client = Client.objects.get(user=user)
    assert client.display_name == "Ade"
    assert client.birth_date == date(1988, 4, 12)
    assert client.address is None
    assert client.emergency_contact == {
        "emergency_name": "Sam Example",
        "emergency_relation": "sister",
        "emergency_phone": "+1 (212) 555-0123",
    }
    event = AuditEvent.objects.get(action="client.register")
    assert (event.client_id, event.actor_id, event.detail) == (client.pk, user.pk, {})


def test_the_audit_names_the_changed_fields_and_no_values() -> None:
    client = ClientFactory()
    browser = sign_in(client.user)

    browser.post(DETAILS, {**TYPED, "pronouns": "she/her", "phone": "917 555 0142"})

    event = AuditEvent.objects.get(action="client.details")
    assert event.detail == {"changed": ["phone", "pronouns"]}
    assert Client.objects.get().phone == "917 555 0142"


def test_saving_without_a_change_leaves_no_event() -> None:
    client = ClientFactory()

    sign_in(client.user).post(DETAILS, TYPED)

    assert not AuditEvent.objects.filter(action="client.details").exists()


def test_the_form_shows_what_is_known() -> None:
    client = ClientFactory(chosen_name="Ade", emergency_contact={"emergency_name": "Sam"})

    page = sign_in(client.user).get(DETAILS).content.decode()

    assert 'value="1988-04-12"' in page
    assert 'value="Ade"' in page
    assert 'value="Sam"' in page


def test_under_eighteen_a_parent_is_asked_to_call(time_machine) -> None:
    time_machine.move_to("2027-01-05T04:30:00Z", tick=False)  # still January 4 in New York
    practice(phone="212 555 0199")
    user = UserFactory()
    browser = sign_in(user)

    page = browser.post(DETAILS, {**TYPED, "birth_date": "2009-01-05"}).content.decode()

    assert "a parent or guardian has to agree first" in page
    assert 'href="tel:212 555 0199"' in page
    assert not Client.objects.exists()


def test_on_the_eighteenth_birthday_a_person_may_register(time_machine) -> None:
    time_machine.move_to("2027-01-05T05:30:00Z", tick=False)
    user = UserFactory()

    sign_in(user).post(DETAILS, {**TYPED, "birth_date": "2009-01-05"})

    assert Client.objects.get().user == user


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "call me", "Type a phone number with its area code"),
        ("phone", "", "Type a phone number that reaches you."),
        ("birth_date", "1850-01-01", "Check the year"),
        ("birth_date", "2999-01-01", "Check the year"),
        ("birth_date", "yesterday", "Give a date such as 1990-05-31."),
        ("legal_name", " ", "Type your legal name."),
        ("state", "", "Choose the state you will be in."),
        ("emergency_name", "Sam", "Give their phone number too."),
        ("emergency_phone", "212 555 0100", "Give their name too."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(field, value, words) -> None:
    browser = sign_in(UserFactory())

    page = browser.post(DETAILS, {**TYPED, "pronouns": "they/them", field: value})

    text = page.content.decode()
    assert words in text
    assert 'aria-invalid="true"' in text
    assert 'value="they/them"' in text
    assert not Client.objects.exists()


def test_staff_have_no_such_page() -> None:
    browser, _ = sign_in_staff()

    assert browser.get(DETAILS).status_code == 404


def test_the_address_changes_after_a_code_to_the_new_one() -> None:
    user = UserFactory(email="old@example.com")
    browser = sign_in(user)

    asked = browser.post("/accounts/email/", {"action_add": "1", "email": "New@example.com"})
    user.refresh_from_db()
    assert user.email == "old@example.com"
    code = newest_code("new@example.com")
    browser.post(asked.headers["Location"], {"code": code})

    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert [address.email for address in user.emailaddress_set.all()] == ["new@example.com"]
    assert AuditEvent.objects.filter(action="email.change", actor_id=user.pk).count() == 1
    notice = next(mail for mail in MailMessage.objects.all() if mail.to == "old@example.com")
    assert "The e-mail address of your account was changed." in notice.text


@pytest.mark.parametrize("proved", [True, False])
def test_a_taken_address_looks_the_same_and_stays_with_its_owner(proved: bool) -> None:
    UserFactory(email="taken@example.com", proved=proved)
    user = UserFactory()
    browser = sign_in(user)

    asked = browser.post("/accounts/email/", {"action_add": "1", "email": "taken@example.com"})
    waiting = browser.get(asked.headers["Location"])
    code = newest_code("taken@example.com")
    answer = browser.post(asked.headers["Location"], {"code": code}, follow=True)

    user.refresh_from_db()
    assert "We sent a code of eight digits" in waiting.content.decode()
    assert "This address has an account of its own." in answer.content.decode()
    assert user.email != "taken@example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202eecalG\u202c", "ecalG"),
        ("\u2067שרה\u2069 לוי", "שרה לוי"),
        ("Zoë 🌿 O’Neill", "Zoë 🌿 O’Neill"),
    ],
)
def test_a_name_in_any_script_turns_no_words_around_it(typed: str, kept: str) -> None:
    user = UserFactory()

    sign_in(user).post(DETAILS, {**TYPED, "chosen_name": typed})

    assert Client.objects.get(user=user).display_name == kept


def test_a_name_of_unseen_signs_only_is_no_name() -> None:
    page = sign_in(UserFactory()).post(DETAILS, {**TYPED, "legal_name": "\u202e \u202c"})

    assert "Type your legal name." in page.content.decode()

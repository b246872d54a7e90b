"""The choice of a client and of a practice, what the therapist sees, what the provider tells."""

import base64
import hashlib
import hmac
from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Practice
from booking.forms_reminders import hours_in_words
from booking.models import Reminder, ReminderState
from booking.services import reminder_sending, reminders
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.accounts import UserFactory, add_app, practice
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    a_practice,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.servers.text_messages import TOKEN

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
SATURDAY = new_york(MONDAY - timedelta(days=2), "10:00")
DETAILS = {
    "legal_name": "Ada Example",
    "birth_date": "1988-04-12",
    "phone": "212 555 0100",
    "voicemail": "call_back",
    "state": "NY",
}


@pytest.fixture
def client_browser():
    practice()
    person = ClientFactory()
    browser = Browser()
    browser.force_login(person.user)
    return browser, person


@pytest.fixture
def therapist():
    practitioner = a_session_type().practitioner
    add_app(practitioner.user)
    browser = Browser()
    browser.force_login(practitioner.user)
    browser.practitioner = practitioner
    return browser


def save_details(browser, **more):
    return browser.post("/me/details/", DETAILS | more)


# -- The client chooses --------------------------------------------------------------------
def test_no_box_is_ticked_for_anybody(client_browser, text_messages):
    browser, _ = client_browser

    page = browser.get("/me/details/").content.decode()

    for name in ("reminders_by_mail", "reminders_by_sms"):
        assert f'<input type="checkbox" name="{name}"' in page
    assert "checked" not in page.split("Reminders", 1)[1]
    assert "Message and data rates may apply." in page
    assert "Reply STOP to end them, HELP for help" in page


def test_text_messages_are_not_offered_without_a_provider(client_browser):
    browser, _ = client_browser

    page = browser.get("/me/details/").content.decode()

    assert "reminders_by_mail" in page
    assert "reminders_by_sms" not in page


def test_a_choice_is_kept_with_who_made_it_and_planned(client_browser, text_messages):
    browser, person = client_browser

    save_details(browser, reminders_by_mail="on", reminders_by_sms="on")

    person.refresh_from_db()
    assert (person.reminders_by_mail, person.reminders_by_sms) == (True, True)
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.actor_id) == ("client.reminders", person.user_id)
    assert event.detail == {"mail": True, "sms": True}
    assert OutboxEntry.objects.get(kind="plan_reminders").payload == {"client_id": person.pk}


def test_saving_the_same_again_is_no_new_choice(client_browser, text_messages):
    browser, _ = client_browser
    for _ in range(2):
        save_details(browser, reminders_by_mail="on")

    assert AuditEvent.objects.filter(action="client.reminders").count() == 1
    assert OutboxEntry.objects.filter(kind="plan_reminders").count() == 1


def test_unticked_it_is_off_again(client_browser, text_messages):
    browser, person = client_browser
    save_details(browser, reminders_by_mail="on", reminders_by_sms="on")

    save_details(browser)

    person.refresh_from_db()
    assert (person.reminders_by_mail, person.reminders_by_sms) == (False, False)
    assert AuditEvent.objects.latest("sequence").detail == {"mail": False, "sms": False}


def test_a_number_that_can_not_be_texted_is_said_next_to_the_box(client_browser, text_messages):
    browser, person = client_browser

    answer = save_details(browser, phone="+44 20 7946 0958", reminders_by_sms="on")

    assert "We can text only a US number" in answer.content.decode()
    assert answer.context["form"]["phone"].value() == "+44 20 7946 0958"
    person.refresh_from_db()
    assert not person.reminders_by_sms
    save_details(browser, phone="+44 20 7946 0958", reminders_by_mail="on")
    person.refresh_from_db()
    assert person.reminders_by_mail


def test_what_was_chosen_survives_a_time_without_a_provider(client_browser):
    browser, person = client_browser
    type(person).objects.filter(pk=person.pk).update(reminders_by_sms=True)

    save_details(browser, chosen_name="Ada")

    person.refresh_from_db()
    assert (person.chosen_name, person.reminders_by_sms) == ("Ada", True)


@pytest.fixture
def hold_details(text_messages):
    """The details step of a new person, who keeps Monday at ten."""
    with time_machine.travel(NOW, tick=False):
        a_session_type(slug="talk")
        browser = Browser()
        browser.force_login(UserFactory())
        kept = browser.post("/book/talk/hold/", {"start": TEN.isoformat(), "place": "office"})
        yield browser, kept.headers["Location"].removesuffix("details/") + "details/"


def test_the_details_step_of_booking_asks_too_and_ticks_nothing(hold_details):
    browser, address = hold_details

    page = browser.get(address).content.decode()

    assert '<input type="checkbox" name="reminders_by_mail"' in page
    assert '<input type="checkbox" name="reminders_by_sms"' in page
    assert "checked" not in page.split("Reminders", 1)[1]


def test_ticked_while_booking_the_reminders_stand_planned_at_once(hold_details):
    browser, address = hold_details

    browser.post(address, DETAILS | {"reminders_by_mail": "on"})

    rows = Reminder.objects.order_by("due_at")
    assert [(row.channel, row.hours_before, row.due_at) for row in rows] == [
        ("mail", 48, SATURDAY),
        ("mail", 3, new_york(MONDAY - timedelta(days=1), "20:55")),
    ]
    assert AuditEvent.objects.get(action="client.reminders").detail == {"mail": True, "sms": False}


def test_what_was_ticked_is_there_again_beside_an_error(hold_details):
    browser, address = hold_details

    answer = browser.post(address, DETAILS | {"legal_name": "", "reminders_by_mail": "on"})

    form = answer.context["form"]
    assert "legal_name" in form.errors
    assert (form["reminders_by_mail"].value(), form["reminders_by_sms"].value()) == (True, False)


# -- The practice chooses ------------------------------------------------------------------
def test_the_practice_chooses_when_and_when_not(therapist):
    page = therapist.get("/therapist/reminders/").content.decode()
    assert page.count(" checked") == 4  # 48 and 3 hours; an open intake 72 and 24

    answer = therapist.post(
        "/therapist/reminders/",
        {
            "hours": ["24", "2"],
            "intake_hours": ["48"],
            "quiet_from": "22:30",
            "quiet_until": "07:15",
        },
    )

    assert answer.headers["Location"] == "/therapist/reminders/"
    chosen = Practice.get()
    assert (chosen.reminder_hours, chosen.intake_reminder_hours) == ([24, 2], [48])
    assert (chosen.quiet_from, chosen.quiet_until) == (time(22, 30), time(7, 15))
    assert AuditEvent.objects.latest("sequence").action == "practice.reminders"
    assert OutboxEntry.objects.get(kind="plan_reminders").payload == {}


def test_no_hours_are_no_reminders(therapist):
    therapist.post("/therapist/reminders/", {"quiet_from": "21:00", "quiet_until": "08:00"})

    assert Practice.get().reminder_hours == []
    assert Practice.get().intake_reminder_hours == []


def test_too_many_are_refused_with_everything_kept(therapist):
    answer = therapist.post(
        "/therapist/reminders/",
        {"hours": ["72", "48", "24", "3", "1"], "quiet_from": "20:00", "quiet_until": "08:00"},
    )

    assert answer.status_code == 422
    assert "Choose at most 4" in answer.content.decode()
    assert answer.context["form"]["quiet_from"].value() == "20:00"
    assert Practice.get().reminder_hours == [48, 3]


def test_hours_of_ones_own_stay_on_offer(therapist):
    row = a_practice()
    row.reminder_hours = [30]
    row.save()

    assert "30 hours before" in therapist.get("/therapist/reminders/").content.decode()


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (168, "1 week before"),
        (336, "2 weeks before"),
        (48, "2 days before"),
        (24, "1 day before"),
        (30, "30 hours before"),
        (1, "1 hour before"),
    ],
)
def test_hours_in_words(hours, words):
    assert hours_in_words(hours) == words


# -- The therapist sees --------------------------------------------------------------------
def test_the_appointments_page_says_what_became_of_each(therapist, text_messages):
    person = ClientFactory(reminders_by_mail=True, reminders_by_sms=True, phone="212 555 0100")
    appointment = an_appointment(
        therapist.practitioner.session_types.get(), starts_at=TEN, client=person
    )
    reminders.plan(appointment, now=NOW)
    rows = Reminder.objects.filter(hours_before=48)
    rows.filter(channel="mail").update(state=ReminderState.SENT, settled_at=SATURDAY)
    rows.filter(channel="sms").update(
        state=ReminderState.FAILED, settled_at=SATURDAY, reason="21211"
    )

    page = therapist.get(f"/therapist/appointments/{appointment.public_id}/").content.decode()

    assert "E-mail reminder: sent Saturday, January 2, 10:00 am" in page
    assert "Text message: could not be delivered; the number was refused" in page
    assert "Text message: planned for Sunday, January 3, 8:55 pm" in page


def test_without_any_it_says_why(therapist):
    appointment = an_appointment(therapist.practitioner.session_types.get(), starts_at=TEN)

    page = therapist.get(f"/therapist/appointments/{appointment.public_id}/").content.decode()

    assert "None. Clients choose in their details whether they want any." in page


# -- The provider tells --------------------------------------------------------------------
@pytest.fixture
def texted(text_messages) -> Reminder:
    person = ClientFactory(reminders_by_sms=True, phone="212 555 0100")
    appointment = an_appointment(starts_at=TEN, client=person)
    reminders.plan(appointment, now=NOW)
    return Reminder.objects.get(hours_before=48)


def signature(url, form, token=TOKEN) -> str:
    """As the provider's documentation says."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def tell(reminder, *, token=TOKEN, url=None, reference=None, **more):
    reference = reference or reminder_sending.reference_of(reminder)
    path = reverse("booking:text_status", args=[reference])
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "AccountSid": "AC1"} | more
    return Browser(enforce_csrf_checks=True).post(
        path,
        form,
        headers={
            "X-Twilio-Signature": signature(
                url or f"https://portal.practice.example.com{path}", form, token
            )
        },
    )


def test_news_that_is_signed_is_stored(texted):
    answer = tell(texted, MessageStatus="undelivered", ErrorCode="30005")

    texted.refresh_from_db()
    assert answer.status_code == 204
    assert (texted.state, texted.reason) == (ReminderState.FAILED, "30005")


def test_news_signed_for_the_address_without_its_port(texted, settings):
    settings.PORTAL_URL = "https://portal.practice.example.com:8443"
    path = reverse("booking:text_status", args=[reminder_sending.reference_of(texted)])

    assert tell(texted, url=f"https://portal.practice.example.com{path}").status_code == 204
    assert tell(texted, url=f"https://portal.practice.example.com:8443{path}").status_code == 204


@pytest.mark.parametrize(
    "forged", [{"token": "another"}, {"url": "https://elsewhere.example.com/"}]
)
def test_news_that_somebody_else_signed_is_refused(texted, forged):
    answer = tell(texted, **forged)

    texted.refresh_from_db()
    assert answer.status_code == 403
    assert texted.state == ReminderState.PLANNED


def test_news_without_a_signature_is_refused(texted):
    path = reverse("booking:text_status", args=[reminder_sending.reference_of(texted)])

    assert Browser().post(path, {"MessageStatus": "delivered"}).status_code == 403


def test_news_of_nothing_that_is_ours(texted):
    assert tell(texted, reference="7:forged").status_code == 404
    reference = reminder_sending.reference_of(Reminder(pk=987654))
    assert tell(texted, reference=reference).status_code == 404


def test_without_a_provider_nobody_can_tell_anything(texted, settings):
    settings.TWILIO_AUTH_TOKEN = ""

    assert tell(texted, token="").status_code == 404

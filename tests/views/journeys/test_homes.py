"""Where each person lands, and the pages that several rooms make together."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Practice, Role, User
from billing.models import PaymentMethod
from billing.services import charges, desk_payments
from booking.models import Appointment
from intake.models import SafetyAlert
from intake.services import safety
from portal.journeys import demo, demo_practice, therapist_day
from portal.shared import outbox
from portal.shared.models import AuditEvent, OutboxEntry
from tests.factories.accounts import UserFactory, add_app
from tests.factories.billing import a_charge, an_admin
from tests.factories.booking import MONDAY, NOW, a_session_type, an_appointment, new_york
from tests.factories.intake import an_intake, response_to

pytestmark = pytest.mark.django_db
MORNING = new_york(MONDAY, "08:00")


def signed_in(user: User) -> Browser:
    browser = Browser()
    if user.is_staff:
        add_app(user)
    browser.force_login(user)
    return browser


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.CLIENT, "/me/"),
        (Role.THERAPIST, "/therapist/"),
        (Role.BILLING_ADMIN, "/billing/"),
        (Role.SUPERUSER, "/technical/"),
    ],
)
def test_each_role_has_its_own_front_door(role: Role, page: str) -> None:
    browser = signed_in(UserFactory(role=role))

    assert browser.get(reverse("journeys:home_by_role")).headers["Location"] == page


def test_a_client_sees_what_comes_next() -> None:
    appointment = an_appointment()
    an_intake(appointment=appointment)
    with time_machine.travel(NOW, tick=False):
        page = signed_in(appointment.client.user).get("/me/").content.decode()

    assert "Hello, Ada Example" in page
    assert "Your intake is waiting for you" in page
    assert "Monday, January 4, 10:00 am" in page


def test_a_credit_hides_nothing_that_is_open() -> None:
    paid, admin = a_charge(200_00), an_admin()
    a_charge(90_00, client=paid.client, starts_at=new_york(MONDAY, "14:00"))
    desk_payments.record(
        charge=paid,
        method=PaymentMethod.CASH,
        amount_cents=200_00,
        attempt=uuid4(),
        by=admin,
        now=NOW,
    )
    charges.take_back(charge=paid, reason="Cancelled in time", by=admin, now=NOW)

    page = signed_in(paid.client.user).get("/me/").content.decode()

    assert "$90 is open." in page


def test_times_are_named_by_the_city_of_the_practice() -> None:
    appointment = an_appointment()
    Practice.objects.update_or_create(pk=1, defaults={"time_zone": "America/Los_Angeles"})
    with time_machine.travel(NOW, tick=False):
        page = signed_in(appointment.client.user).get("/me/").content.decode()

    assert "Monday, January 4, 7:00 am" in page
    assert "Los Angeles time" in page


def test_someone_without_an_appointment_is_shown_where_to_begin() -> None:
    a_session_type(is_consult=True, slug="consult")

    page = signed_in(UserFactory()).get("/me/").content.decode()

    assert "Choose a time" in page
    assert reverse("booking:calendar", args=["consult"]) in page


@pytest.fixture
def today() -> Appointment:
    appointment = an_appointment()
    an_intake("phq-9", appointment=appointment)
    return appointment


def alert_of(appointment: Appointment) -> SafetyAlert:
    response = response_to(appointment.intake, "phq-9")
    return SafetyAlert.objects.create(
        client=appointment.client,
        practitioner=appointment.practitioner,
        response=response,
        link_id="phq-9-9",
        raised_at=NOW,
    )


def test_a_safety_alert_stands_first_until_it_is_answered(today: Appointment) -> None:
    alert = alert_of(today)
    browser = signed_in(today.practitioner.user)

    for address in ("/therapist/", f"/therapist/clients/{today.client.public_id}/"):
        page = browser.get(address).content.decode()
        assert page.index("Please read Ada Example’s answers now") < page.index("<h1")

    safety.acknowledge(
        alert=alert, by=today.practitioner.user, what_was_done="Called at once.", now=NOW
    )
    assert "answers now" not in browser.get("/therapist/").content.decode()


def test_clients_are_found_by_a_part_of_their_name(today: Appointment) -> None:
    browser = signed_in(today.practitioner.user)

    assert "Ada Example" in browser.post("/therapist/clients/", {"q": "exam"}).content.decode()
    nobody = browser.post("/therapist/clients/", {"q": "zz"}).content.decode()
    assert "Nobody by that name" in nobody
    assert "Ada Example" not in nobody


def test_a_name_that_is_searched_for_stands_in_no_address(today: Appointment) -> None:
    browser = signed_in(today.practitioner.user)

    page = browser.get("/therapist/clients/", {"q": "zz"}).content.decode()

    assert "Ada Example" in page
    assert '<form class="row" method="post" role="search">' in page


def test_opening_a_chart_is_written_down_and_shown(today: Appointment) -> None:
    browser = signed_in(today.practitioner.user)
    chart = f"/therapist/clients/{today.client.public_id}/"

    page = browser.get(chart).content.decode()
    events = browser.get(f"{chart}audit/").content.decode()

    assert "Legal name" in page
    event = AuditEvent.objects.filter(action="client.read").get()
    assert (event.client_id, event.actor_id) == (today.client.pk, today.practitioner.user.pk)
    assert "Client: read" in events


def test_all_that_was_noted_about_a_record_can_be_read_page_by_page(
    today: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(therapist_day, "EVENTS_ON_A_PAGE", 2)
    browser = signed_in(today.practitioner.user)
    chart = f"/therapist/clients/{today.client.public_id}/"
    for _ in range(3):
        browser.get(chart)

    first = browser.get(f"{chart}audit/").content.decode()
    last = browser.get(f"{chart}audit/?page=2").content.decode()

    assert (first.count("Client: read"), last.count("Client: read")) == (1, 2)
    assert first.count("Client: audit read") == 1
    assert "Page 1 of 3" in first


def test_a_chart_of_another_therapist_does_not_exist(today: Appointment) -> None:
    browser = signed_in(a_session_type().practitioner.user)

    chart = f"/therapist/clients/{today.client.public_id}/"
    assert browser.get(chart).status_code == 404
    assert browser.get(f"{chart}audit/").status_code == 404


def test_the_technical_page_shows_dead_letters_and_tries_them_again() -> None:
    now = datetime(2027, 1, 4, tzinfo=UTC)
    entry = outbox.enqueue(kind="send_mail", key="k", payload={"mail_id": 1}, now=now)
    OutboxEntry.objects.update(dead_at=now, last_error="ConnectionError in send:1")
    browser = signed_in(UserFactory(role=Role.SUPERUSER))

    assert "ConnectionError" in browser.get("/technical/").content.decode()
    browser.post(reverse("journeys:outbox_retry", args=[entry.pk]))

    entry.refresh_from_db()
    assert entry.dead_at is None


@pytest.fixture
def demo_on(settings: Settings) -> None:
    settings.DEMO, settings.PORTAL_URL = True, "http://127.0.0.1:8000"
    demo_practice.seed(now=NOW)


def test_without_the_demo_there_are_no_shortcuts() -> None:
    assert Browser().get("/demo/").status_code == 404
    assert Browser().post("/demo/sign-in/client/").status_code == 404
    assert Browser().get("/demo/mailbox/").status_code == 404


def test_the_demo_is_for_this_machine_alone(demo_on: None, settings: Settings) -> None:
    assert Browser().get("/demo/", REMOTE_ADDR="203.0.113.7").status_code == 404
    assert Browser().get("/demo/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    assert [error.id for error in demo.check_demo_is_local(None)] == ["demo.E1"]
    settings.ALLOWED_HOSTS, settings.PORTAL_URL = ["127.0.0.1"], "http://127.0.0.1:8000"
    assert demo.check_demo_is_local(None) == []


def test_there_is_no_demo_at_a_public_address(demo_on: None, settings: Settings) -> None:
    settings.PORTAL_URL = "https://portal.example.com"

    assert Browser().get("/demo/").status_code == 404
    assert Browser().post("/demo/sign-in/therapist/").status_code == 404


@pytest.mark.parametrize("key", [person.key for person in demo.PEOPLE])
def test_one_click_signs_in_second_factor_included(demo_on: None, key: str) -> None:
    browser = Browser()

    response = browser.post(f"/demo/sign-in/{key}/", follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0] in ("/me/", "/therapist/", "/billing/", "/technical/")


def test_the_demo_mailbox_shows_what_was_sent(demo_on: None) -> None:
    page = Browser().get("/demo/mailbox/").content.decode()

    assert page.count("Your appointment is confirmed") == 9
    assert "tomas@example.com" in page


def test_the_demo_practice_is_written_once(demo_on: None) -> None:
    assert demo_practice.seed(now=NOW) is False
    assert django_settings.DEMO

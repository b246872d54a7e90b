"""The therapist reads an intake, hears of danger first, and says what was done."""

import re

import pytest
from django.urls import reverse

from accounts.models import Role
from intake.models import SafetyAlert
from intake.services.submitting import submit
from portal.shared.models import AuditEvent
from tests.factories.accounts import add_app
from tests.factories.booking import PractitionerFactory, UserFactory
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake():
    intake = an_intake("what-brings-you", "phq-9", "pcl-5")
    brings, phq9 = response_to(intake, "what-brings-you"), response_to(intake, "phq-9")
    answer(brings, "reason", "I do not sleep.\nNot since spring. 🌿")
    for item in phq9.questionnaire.parsed.questions():
        if item.prefix:
            answer(phq9, item.link_id, item.options[1].code)
    return intake


@pytest.fixture
def therapist(client, intake):
    user = intake.appointment.practitioner.user
    add_app(user)
    client.force_login(user)
    return client


def url_of(intake, name="therapist_intake"):
    return reverse(f"intake:{name}", args=[intake.public_id])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_clients_words_scores_and_what_is_missing(therapist, intake):
    told = text_of(therapist.get(url_of(intake)))

    assert "I do not sleep. Not since spring. 🌿" in told
    assert "<dt>Total (of 27)</dt><dd>9</dd>" in told
    assert "<dt>Band</dt><dd>mild (5-9)</dd>" in told
    assert "<dt>Total (of 80)</dt><dd>incomplete</dd>" in told
    assert "<dt>Left blank</dt><dd>20 of 20</dd>" in told
    assert "Little interest or pleasure in doing things" in told
    assert "A screening result, not a diagnosis." in told


def test_an_open_alert_stands_above_everything_else(therapist, intake):
    told = text_of(therapist.get(url_of(intake)))

    alert = SafetyAlert.objects.get()
    assert told.index('role="alert"') < told.index("I do not sleep.")
    assert "The answer now: <b>Several days</b>" in told
    assert reverse("intake:therapist_alert", args=[alert.public_id]) in told


def test_each_reading_is_an_audit_event(therapist, intake):
    therapist.get(url_of(intake))
    therapist.get(url_of(intake))

    events = AuditEvent.objects.filter(action="intake.read")
    assert [event.actor_role for event in events] == [Role.THERAPIST] * 2
    assert {event.client_id for event in events} == {intake.client.pk}


def test_saying_what_was_done_closes_the_alert(therapist, intake):
    alert = SafetyAlert.objects.get()
    url = reverse("intake:therapist_alert", args=[alert.public_id])
    shown = text_of(therapist.get(url))
    assert "Thoughts that you would be better off dead" in shown

    done = therapist.post(url, {"what_was_done": "Called at nine. Safe, with her sister."})

    assert done.headers["Location"] == url_of(intake)
    told = text_of(therapist.get(url_of(intake)))
    assert "Called at nine. Safe, with her sister." in told
    assert 'class="alert' not in told
    assert "No open alerts" in text_of(therapist.get(reverse("intake:therapist_alerts")))


def test_silence_does_not_close_it(therapist, intake):
    alert = SafetyAlert.objects.get()

    refused = therapist.post(reverse("intake:therapist_alert", args=[alert.public_id]), {})

    assert refused.status_code == 422
    assert "Please write in a few words what you did, or decided." in text_of(refused)
    assert SafetyAlert.objects.unacknowledged().count() == 1


def test_alerts_of_all_clients_are_in_one_list(therapist, intake):
    told = text_of(therapist.get(reverse("intake:therapist_alerts")))

    assert f"{intake.client.display_name}: Self-harm or suicide" in told
    event = AuditEvent.objects.get(action="safety_alerts.list")
    assert (event.actor_role, event.detail) == (Role.THERAPIST, {"clients": [intake.client.pk]})


def test_opening_parts_again(therapist, intake):
    submit(intake=intake, by=intake.client.user, now=FILLED_AT)

    therapist.post(url_of(intake, "therapist_reopen"), {"part": ["what-brings-you"]})

    assert response_to(intake, "what-brings-you").is_open
    assert not response_to(intake, "phq-9").is_open
    told = text_of(therapist.get(url_of(intake)))
    assert "It is open again. Your client hears of it by mail." in told


def test_opening_nothing_says_what_to_do(therapist, intake):
    told = text_of(therapist.post(url_of(intake, "therapist_reopen"), {}, follow=True))

    assert "Choose at least one part that was sent." in told


@pytest.mark.parametrize("role", [Role.CLIENT, Role.BILLING_ADMIN, Role.SUPERUSER])
def test_nobody_else_reads_it(client, intake, role):
    user = UserFactory(role=role)
    add_app(user)
    client.force_login(user)
    alert = SafetyAlert.objects.get()

    for url in (
        url_of(intake),
        url_of(intake, "therapist_fhir"),
        reverse("intake:therapist_alerts"),
        reverse("intake:therapist_alert", args=[alert.public_id]),
    ):
        assert client.get(url).status_code == 404
    assert client.post(url_of(intake, "therapist_reopen"), {}).status_code == 404


def test_another_therapist_does_not_read_it(client, intake):
    user = PractitionerFactory().user
    add_app(user)
    client.force_login(user)
    alert = SafetyAlert.objects.get()

    assert client.get(url_of(intake)).status_code == 404
    assert client.get(reverse("intake:therapist_alert", args=[alert.public_id])).status_code == 404
    assert "No open alerts" in text_of(client.get(reverse("intake:therapist_alerts")))

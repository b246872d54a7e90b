"""Safety alerts on the therapist's pages: a banner everywhere, closing, opening again, the past."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practice, Role
from intake.models import SafetyAlert
from intake.services import safety
from intake.views import therapist_alerts
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, add_app
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to

pytestmark = pytest.mark.django_db
BANNER = "safety alert"


def raised(intake) -> SafetyAlert:
    answer(response_to(intake, "phq-9"), "44260-8", "LA6569-3")
    return SafetyAlert.objects.get(response__intake=intake)


@pytest.fixture
def alert():
    return raised(an_intake("phq-9"))


@pytest.fixture
def therapist(client, alert):
    add_app(alert.practitioner.user)
    client.force_login(alert.practitioner.user)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def url_of(alert, name="therapist_alert"):
    return reverse(f"intake:{name}", args=[alert.public_id])


def close(alert, words="Called.", now=FILLED_AT):
    safety.acknowledge(alert=alert, by=alert.practitioner.user, what_was_done=words, now=now)


@pytest.mark.parametrize(
    "page",
    [
        "booking:therapist_week",
        "journeys:therapist_clients",
        "journeys:therapist_practice",
        "intake:therapist_instruments",
        "accounts:security",
        "how_i_work",
    ],
)
def test_every_page_says_that_an_alert_waits_and_no_name(therapist, alert, page):
    told = text_of(therapist.get(reverse(page)))

    assert "1 safety alert waits for you." in told
    banner = told[told.index("alert-banner") : told.index("</section>", told.index("alert-banner"))]
    assert alert.client.display_name not in banner

    close(alert)
    assert BANNER not in text_of(therapist.get(reverse(page))).replace("Unanswered safety", "")


def test_two_are_counted(therapist, alert):
    SafetyAlert.objects.create(
        client=alert.client,
        practitioner=alert.practitioner,
        response=alert.response,
        link_id="another",
        raised_at=FILLED_AT,
    )

    assert "2 safety alerts wait for you." in text_of(therapist.get("/therapist/practice/"))


def test_nobody_else_sees_the_banner(client, alert):
    for role in (Role.CLIENT, Role.BILLING_ADMIN, Role.SUPERUSER, Role.THERAPIST):
        user = UserFactory(role=role)
        add_app(user)
        client.force_login(user)
        assert "alert-banner" not in text_of(client.get(reverse("accounts:security")))
    client.logout()
    assert "alert-banner" not in text_of(client.get("/"))


def test_the_banner_costs_one_query(therapist, alert):
    therapist.get("/therapist/practice/")
    with CaptureQueriesContext(connection) as counted:
        therapist.get("/therapist/practice/")

    asked = [one["sql"] for one in counted if "intake_safetyalert" in one["sql"]]
    assert len(asked) == 1


def test_opening_it_is_noted_once_as_seen(therapist, alert):
    therapist.get(url_of(alert))
    told = text_of(therapist.get(url_of(alert)))

    assert alert.steps.filter(kind="seen").count() == 1
    assert AuditEvent.objects.filter(action="safety_alert.see").count() == 1
    assert AuditEvent.objects.filter(action="safety_alert.read").count() == 2
    assert 'Seen</p> <p class="meta">' in told
    assert f"by {alert.practitioner.user.email}" in told
    assert "by your client’s answer" in told


def test_reading_the_intake_has_seen_it_too(therapist, alert):
    therapist.get(reverse("intake:therapist_intake", args=[alert.response.intake.public_id]))

    assert alert.steps.filter(kind="seen").count() == 1


def test_closed_it_can_be_opened_again_with_a_note(therapist, alert):
    close(alert, "Called at nine.")

    done = therapist.post(url_of(alert, "alert_reopen"), {"note": "Her sister rang."}, follow=True)

    told = text_of(done)
    assert "It is open again, and stands on every page until you close it." in told
    assert "Called at nine." in told
    assert "Her sister rang." in told
    assert "What did you do?" in told


def test_without_a_note_it_stays_closed(therapist, alert):
    close(alert)

    refused = therapist.post(url_of(alert, "alert_reopen"), {"note": "  "})

    assert refused.status_code == 422
    assert "Please write in a few words why it is open again." in text_of(refused)
    assert not SafetyAlert.objects.unacknowledged().exists()


def test_opening_an_open_one_changes_nothing(therapist, alert):
    told = text_of(therapist.post(url_of(alert, "alert_reopen"), {"note": "More"}, follow=True))

    assert "An alert about this answer is open already." in told
    alert.refresh_from_db()
    assert alert.turn == 1


@pytest.fixture
def past(alert):
    """Three that are closed: two about self-harm, a month apart, and one about danger at home."""
    close(alert, "First.")
    for number, kind in ((1, "self-harm"), (2, "unsafe")):
        SafetyAlert.objects.create(
            client=alert.client,
            practitioner=alert.practitioner,
            response=alert.response,
            link_id=alert.link_id,
            kind=kind,
            raised_at=FILLED_AT + timedelta(days=30 * number),
            acknowledged_at=FILLED_AT + timedelta(days=31 * number),
            acknowledged_by=alert.practitioner.user,
            what_was_done=f"Number {number}.",
        )
    return alert


def found(response):
    return re.findall(r"<p>(First|Number \d)\.</p>", response.content.decode())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Number 2", "Number 1", "First"]),
        ({"kind": "unsafe"}, ["Number 2"]),
        ({"first_on": "2027-01-15"}, ["Number 2", "Number 1"]),
        ({"last_on": "2027-01-31"}, ["Number 1", "First"]),
        ({"first_on": "2027-01-15", "last_on": "2027-02-10", "kind": "unsafe"}, []),
    ],
)
def test_past_alerts_are_narrowed(therapist, past, asked, expected):
    page = reverse("intake:therapist_alerts")

    assert found(therapist.post(page, asked | {"csrf": "x"})) == expected


def test_past_alerts_of_one_client(therapist, past):
    page = reverse("intake:therapist_alerts")
    other = SafetyAlert.objects.filter(what_was_done__isnull=False).first()

    assert len(found(therapist.post(page, {"client": str(past.client.public_id)}))) == 3
    refused = therapist.post(page, {"client": str(other.public_id)})
    assert refused.status_code == 422


def test_days_in_the_wrong_order_are_refused(therapist, past):
    asked = {"first_on": "2027-02-01", "last_on": "2027-01-01"}

    refused = therapist.post(reverse("intake:therapist_alerts"), asked)

    assert refused.status_code == 422
    assert "The last day must not be before the first one." in text_of(refused)
    assert 'value="2027-02-01"' in text_of(refused)


def test_a_long_past_has_pages_that_keep_what_was_asked(therapist, past, monkeypatch):
    monkeypatch.setattr(therapist_alerts, "ON_A_PAGE", 1)
    page = reverse("intake:therapist_alerts")

    first = therapist.post(page, {"kind": "self-harm"})
    second = therapist.post(page, {"kind": "self-harm", "page": "2"})

    assert (found(first), found(second)) == (["Number 1"], ["First"])
    assert "Page 1 of 2" in text_of(first)


def test_the_list_asks_as_often_for_three_as_for_one(therapist, past):
    page, counts = reverse("intake:therapist_alerts"), []
    for asked in ({"kind": "unsafe"}, {"kind": ""}):
        therapist.post(page, asked)
        with CaptureQueriesContext(connection) as counted:
            therapist.post(page, asked)
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_the_settings_say_that_quiet_hours_do_not_hold(therapist):
    page = reverse("intake:alert_mails")
    told = text_of(therapist.get(page))
    assert "Quiet hours do not hold for these mails" in told

    therapist.post(page, {"minutes": "10", "backup_email": "second@practice.example.com"})

    practice = Practice.get()
    assert (practice.alert_minutes, practice.alert_backup_email) == (
        10,
        "second@practice.example.com",
    )
    assert 'value="second@practice.example.com"' in text_of(therapist.get(page))


def test_an_address_that_is_none_is_refused_and_kept_on_the_page(therapist):
    refused = therapist.post(
        reverse("intake:alert_mails"), {"minutes": "10", "backup_email": "second"}
    )

    assert refused.status_code == 422
    assert "Enter a valid email address." in text_of(refused)
    assert 'value="second"' in text_of(refused)

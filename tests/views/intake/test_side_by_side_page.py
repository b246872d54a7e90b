"""The therapist reads both sides before the consult; nothing on the page counts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from booking.ways.words import DIMENSIONS
from portal.shared.models import AuditEvent
from tests.factories.accounts import add_app
from tests.factories.booking import PractitionerFactory
from tests.factories.intake import an_intake, answer, response_to
from tests.factories.ways import a_way

pytestmark = pytest.mark.django_db

LIKES = "how-you-like-to-work"
COUNTED = re.compile(r"%|percent|\bscore|\bmatch|\bfit\b|\bgood\b|\bbad\b|out of|\bpoints?\b", re.I)
COLOURED = re.compile(r'class="[^"]*\b(good|bad|warn|danger|badge|alert)\b')


@pytest.fixture
def intake():
    intake = an_intake(LIKES, "earlier-therapy")
    a_way(intake.appointment.practitioner)
    return intake


@pytest.fixture
def therapist(client, intake):
    user = intake.appointment.practitioner.user
    add_app(user)
    client.force_login(user)
    return client


def url_of(intake):
    return reverse("intake:side_by_side", args=[intake.public_id])


def main_of(response) -> str:
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", main)


def test_her_words_theirs_and_what_to_talk_over(therapist, intake):
    answer(response_to(intake, LIKES), "practice", "second")
    earlier = response_to(intake, "earlier-therapy")
    answer(earlier, "before", "yes")
    answer(earlier, "hurt", "yes")
    answer(earlier, "hurt-words", "<b>He laughed.</b>")

    page = main_of(therapist.get(url_of(intake)))

    assert "Now and then" in page
    assert "Nothing: the week is mine" in page
    assert (
        "Your way is something to do now and then; they hope for a week that is theirs. "
        "“How did exercises go before, and what would have to be different?”"
    ) in page
    assert "&lt;b&gt;He laughed.&lt;/b&gt;" in page
    assert "What do you need from me, so that it is safe to come?" in page


def test_nothing_is_scored_ranked_or_coloured(therapist, intake):
    likes = response_to(intake, LIKES)
    for number, dimension in enumerate(DIMENSIONS):
        answer(likes, dimension.code, dimension.codes[number % 5])

    page = main_of(therapist.get(url_of(intake)))

    words = re.sub(r"<[^>]+>", " ", page)
    # Whole sentences that clients and therapist read use such words; the page itself does not.
    for dimension in DIMENSIONS:
        for known in (*dimension.therapist, *dimension.client, *dimension.nouns):
            words = words.replace(known, "")
        for known in (dimension.ask_towards_first, dimension.ask_towards_second):
            words = words.replace(known, "")
    assert not COUNTED.search(words)
    assert not COLOURED.search(page)
    assert not re.search(r"\d", words)
    found = re.findall(r'id="pair-\d+">([^<]*)<', page)
    assert found == [dimension.title for dimension in DIMENSIONS]


def test_it_says_which_version_they_read_before_booking(therapist, intake):
    practitioner = intake.appointment.practitioner
    answer(response_to(intake, LIKES), "lead", "first")
    booked = intake.appointment.created_at
    a_way(practitioner, now=booked + timedelta(days=1), opening="Changed since.")

    page = main_of(therapist.get(url_of(intake)))

    assert "When they booked, your page said what version 1 says." in page
    assert reverse("booking:therapist_way_history") in page


def test_before_anything_is_told_it_says_so(therapist, intake):
    assert "They have not told anything yet" in main_of(therapist.get(url_of(intake)))


def test_each_reading_is_an_audit_event(therapist, intake):
    therapist.get(url_of(intake))

    event = AuditEvent.objects.get(action="intake.side_by_side_read")
    assert (event.client_id, event.detail) == (intake.client.pk, {})


def test_another_therapists_client_does_not_exist(client, intake):
    other = PractitionerFactory().user
    add_app(other)
    client.force_login(other)

    assert client.get(url_of(intake)).status_code == 404
    assert AuditEvent.objects.filter(action="intake.side_by_side_read").count() == 0


def test_the_reading_and_the_appointment_lead_to_it(therapist, intake):
    reading = reverse("intake:therapist_intake", args=[intake.public_id])
    appointment = reverse("journeys:therapist_appointment", args=[intake.appointment.public_id])

    for page in (reading, appointment):
        assert f'href="{url_of(intake)}"' in therapist.get(page).content.decode()

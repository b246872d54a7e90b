"""The pages anyone may read say what the practice's own rows say."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practice, Role, User
from booking.models import Practitioner, SessionType
from tests.factories.ways import a_way

pytestmark = pytest.mark.django_db


@pytest.fixture
def practitioner() -> Practitioner:
    Practice.objects.create(pk=1, name="Quiet Room", tagline="Psychotherapy", phone="212-555-0100")
    return Practitioner.objects.create(
        user=User.objects.create_user("t@practice.example.com", role=Role.THERAPIST),
        name="Kit Sample",
        credential="LCSW",
        licence_line="Licensed Clinical Social Worker, New York",
        bio="I work with **adults**. <script>alert(1)</script>",
    )


@pytest.fixture
def consult(practitioner: Practitioner) -> SessionType:
    return SessionType.objects.create(
        practitioner=practitioner,
        slug="hello",
        name="Hello",
        summary="A first talk.",
        is_consult=True,
        minutes=25,
        at_office=False,
        cancel_hours=24,
    )


@pytest.fixture
def paid(practitioner: Practitioner) -> SessionType:
    return SessionType.objects.create(
        practitioner=practitioner,
        slug="long",
        name="Long session",
        position=1,
        minutes=80,
        price_cents=260_50,
        cancel_hours=48,
        late_fee_cents=120_00,
    )


def text_of(client: Client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    words = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", words)


def test_home_names_the_practice_and_the_therapist(client: Client, consult: SessionType) -> None:
    text = text_of(client, "home")

    assert "Quiet Room" in text
    assert "I’m Kit Sample" in text
    assert "The first 25 minutes cost nothing and commit you to nothing." in text


def test_home_shows_markdown_and_never_runs_what_it_holds(
    client: Client, consult: SessionType
) -> None:
    page = client.get(reverse("home")).content.decode()

    assert "I work with <strong>adults</strong>." in page
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_one_clear_way_to_begin(client: Client, consult: SessionType, paid: SessionType) -> None:
    page = client.get(reverse("home")).content.decode()

    ways = re.findall(r'<a class="btn" href="([^"]*)">([^<]*)</a>', page)

    assert ways == [
        (reverse("booking:calendar", args=["hello"]), "Choose a time for a first conversation")
    ]


def test_how_i_work_says_it_in_the_therapists_words(client: Client, consult: SessionType) -> None:
    a_way(consult.practitioner, opening="In my own words.")

    page = client.get(reverse("how_i_work")).content.decode()

    assert "<p>In my own words.</p>" in page
    assert "Licensed Clinical Social Worker, New York" in page


def test_sessions_show_price_length_ways_and_policy(
    client: Client, consult: SessionType, paid: SessionType
) -> None:
    text = text_of(client, "session_types")

    assert "Free 25 minutes Video" in text
    assert "$260.50 80 minutes Video or Office" in text
    assert paid.policy.sentence in text


def test_sessions_tell_of_estimate_insurance_and_card(client: Client, paid: SessionType) -> None:
    text = text_of(client, "session_types")

    assert "you have the right to know in writing what it is likely to cost" in text
    assert "400 dollars or more above your estimate" in text
    assert "This practice takes part in no insurance plan" in text
    assert "You never have to leave a card to be seen" in text


def test_a_session_type_that_rests_is_not_offered(client: Client, paid: SessionType) -> None:
    paid.is_active = False
    paid.save(update_fields=["is_active"])

    assert "Long session" not in text_of(client, "session_types")
    assert "Nothing can be booked yet" in text_of(client, "session_types")


def test_consult_tells_the_young_and_the_endangered_whom_to_call(
    client: Client, consult: SessionType
) -> None:
    text = text_of(client, "consult")

    assert "You must be eighteen or older to book here." in text
    assert "call us at 212-555-0100" in text
    assert "please call 911 or 988 now" in text


@pytest.mark.parametrize("name", ["home", "how_i_work", "session_types", "consult"])
def test_a_new_installation_shows_its_pages_without_rows(client: Client, name: str) -> None:
    text = text_of(client, name)

    assert "In an emergency call 911 . For thoughts of suicide or a crisis" in text


@pytest.mark.parametrize("name", ["home", "session_types"])
def test_queries_do_not_grow_with_the_offers(
    client: Client, consult: SessionType, name: str, django_assert_num_queries
) -> None:
    with django_assert_num_queries(3):
        client.get(reverse(name))
    for number in range(2):
        SessionType.objects.create(
            practitioner=consult.practitioner, slug=f"s{number}", name="More", minutes=50
        )

    with django_assert_num_queries(3):
        client.get(reverse(name))

"""The therapist's block list: nothing counts before it was asked twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from booking.models import BlockedVisitor, BlockKind
from booking.services import protection
from portal.shared.models import AuditEvent
from portal.shared.request import Source
from tests.factories.accounts import add_app
from tests.factories.booking import NOW, UserFactory, a_practice
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
URL = "/therapist/blocked/"
TYPED = {"kind": "email", "value": " Ada@Example.com", "note": "Shouted at the door"}


@pytest.fixture
def therapist(client):
    a_practice()
    user = UserFactory(role=Role.THERAPIST)
    add_app(user)
    client.force_login(user)
    return client


def block(kind: BlockKind, value: str) -> BlockedVisitor:
    by = UserFactory(role=Role.THERAPIST)
    return protection.block(kind=kind, value=value, note="", by=by, now=NOW, source=Source())


def test_first_press_only_asks_with_the_consequence(therapist):
    response = therapist.post(URL, TYPED)

    assert "The mail address ada@example.com can’t book online any more" in text_of(response)
    assert "What is booked stays booked" in text_of(response)
    assert BlockedVisitor.objects.count() == 0


def test_second_press_blocks_and_the_list_shows_it(therapist):
    response = therapist.post(URL, TYPED | {"sure": "yes"}, follow=True)

    entry = BlockedVisitor.objects.get()
    assert (entry.kind, entry.value, entry.note) == (
        "email", "ada@example.com", "Shouted at the door",
    )  # fmt: skip
    text = text_of(response)
    assert "The mail address ada@example.com can’t book online any more." in text
    assert "Shouted at the door Since Friday, January 1, 2027" in text


def test_same_entry_again_changes_nothing(therapist):
    block(BlockKind.EMAIL, "ada@example.com")

    response = therapist.post(URL, TYPED | {"sure": "yes"}, follow=True)

    assert "is on the list already" in text_of(response)
    assert BlockedVisitor.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"value": "ada"}, "Type a whole mail address"),
        ({"value": ""}, "Type the address, the domain or the network."),
        ({"kind": "network", "value": "0.0.0.0/0"}, "This is too much of the internet"),
        ({"kind": "domain", "value": "com"}, "Type the part after the @"),
        ({"kind": ""}, "Choose one of them."),
    ],
)
def test_what_can_not_be_read_is_told_next_to_it_and_nothing_is_lost(therapist, typed, words):
    response = therapist.post(URL, TYPED | typed | {"sure": "yes"})

    assert response.status_code == 422
    assert words in text_of(response)
    assert "Shouted at the door" in response.content.decode()
    assert BlockedVisitor.objects.count() == 0


def test_taking_off_asks_first(therapist):
    entry = block(BlockKind.NETWORK, "203.0.113.0/24")
    url = f"{URL}{entry.public_id}/remove/"

    asked = therapist.get(url)
    assert "Everybody at the internet address 203.0.113.0/24 can book online again." in text_of(
        asked
    )
    assert BlockedVisitor.objects.count() == 1
    therapist.post(url)

    assert BlockedVisitor.objects.count() == 0
    assert therapist.get(url).status_code == 404


def test_reading_the_list_is_an_event_and_names_nobody(therapist):
    block(BlockKind.EMAIL, "ada@example.com")

    therapist.get(URL)

    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.detail) == ("blocked.list", {})


def test_as_many_queries_for_one_entry_as_for_three(therapist):
    counts = []
    for number in range(4):
        block(BlockKind.DOMAIN, f"{number}.example.org")
        with CaptureQueriesContext(connection) as queries:
            therapist.get(URL)
        counts.append(len(queries))

    assert counts[1] == counts[3]  # the first visit of a session writes when it began

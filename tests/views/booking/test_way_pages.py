"""Her page "How I work": what clients read, how she writes it, and what it said before."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from booking.forms_way import NOBODY_SAID, WayForm, initial_of
from booking.models import SessionType, WayOfWorking
from booking.ways.starter import starter_way
from tests.factories.accounts import add_app
from tests.factories.booking import a_session_type
from tests.factories.ways import a_way

pytestmark = pytest.mark.django_db

EDITOR = "booking:therapist_way"


@pytest.fixture
def consult() -> SessionType:
    return a_session_type(slug="hello", name="Hello", is_consult=True)


@pytest.fixture
def therapist(client: Client, consult: SessionType) -> Client:
    user = consult.practitioner.user
    add_app(user)
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    words = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", words)


def posted(consult: SessionType, *, seen: int, **extra: Any) -> dict[str, Any]:
    """The whole form as the page shows it, with these changes."""
    current = WayOfWorking.objects.current(consult.practitioner)
    initial = initial_of(current or starter_way(consult.practitioner), seen=seen)
    return {name: initial.get(name, "") for name in WayForm().fields} | extra


def test_clients_read_her_words_on_each_range(client: Client, consult: SessionType) -> None:
    a_way(
        consult.practitioner,
        opening="## In plain words\n\nSlowly. <script>alert(1)</script>",
        places={"lead": "rather-second"},
        sentences={"lead": "I hold the clock."},
        not_for=["You are under eighteen."],
    )

    page = client.get(reverse("how_i_work"))

    text = text_of(page)
    assert "<h2>In plain words</h2>" in page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()
    assert "Who leads You lead more than I do" in text
    assert (
        "On a line from “I lead, and you say stop whenever you like” to “You lead, and I follow”."
    ) in text
    assert "I hold the clock." in text
    assert "Steady ground first" in text
    assert "I am likely not the right therapist for you" in text
    assert "You are under eighteen." in text
    assert "Silence" not in text


def test_before_anything_is_published_the_page_says_so(client: Client, consult) -> None:
    text = text_of(client.get(reverse("how_i_work")))

    assert "This page is still being written." in text
    assert "Working together" not in text


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("home", []),
        ("consult", []),
        ("session_types", []),
        ("booking:calendar", ["hello"]),
        ("booking:embed", ["hello"]),
        ("booking:embed_all", []),
    ],
)
def test_each_way_to_booking_leads_to_it(client: Client, consult, name: str, args) -> None:
    page = client.get(reverse(name, args=args)).content.decode()

    main = page[page.index("<main") :]
    assert f'href="{reverse("how_i_work")}"' in main[: main.index("</main>")]


def test_a_new_practice_begins_with_words_that_nobody_reads_yet(therapist: Client) -> None:
    page = text_of(therapist.get(reverse(EDITOR)))

    assert "Nothing is public yet" in page
    assert "Getting to know you" in therapist.get(reverse(EDITOR)).content.decode()
    assert WayOfWorking.objects.count() == 0


def test_publishing_makes_the_next_version(therapist: Client, consult: SessionType) -> None:
    first = therapist.post(reverse(EDITOR), posted(consult, seen=0))
    changed = posted(consult, seen=1, **{"place-lead": "first", "sentence-lead": "I hold it."})
    second = therapist.post(reverse(EDITOR), changed)

    assert first.headers["Location"] == second.headers["Location"] == reverse(EDITOR)
    current = WayOfWorking.objects.current(consult.practitioner)
    assert current is not None
    assert (current.version, current.places["lead"]) == (2, "first")
    assert current.sentences == {"lead": "I hold it."}
    assert current.published_by == consult.practitioner.user
    assert len(current.phases) == 8


def test_a_browsers_line_ends_make_no_difference(therapist: Client, consult) -> None:
    way = a_way(consult.practitioner, opening="One.\n\nTwo.")

    form = posted(consult, seen=1)
    typed = {name: str(value).replace("\n", "\r\n") for name, value in form.items()}
    therapist.post(reverse(EDITOR), typed)

    assert WayOfWorking.objects.get() == way


def test_a_preview_shows_it_and_publishes_nothing(therapist: Client, consult) -> None:
    form = posted(consult, seen=0, act="preview", **{"sentence-lead": "I hold it."})

    page = text_of(therapist.post(reverse(EDITOR), form))

    assert "As clients will read it · not published yet" in page
    assert page.count("I hold it.") == 2  # once in the preview, once in its field
    assert WayOfWorking.objects.count() == 0


def test_what_is_wrong_is_said_at_its_field_and_every_word_stays(
    therapist: Client, consult: SessionType
) -> None:
    extra = {
        "not_for": " \n",
        "phase_9_title": "",
        "phase_9_text": "A walk.",
        "sentence-plan": "x" * 401,
    }

    response = therapist.post(reverse(EDITOR), posted(consult, seen=0, **extra))

    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors["not_for"] == [NOBODY_SAID]
    assert form.errors["phase_9_title"] == ["Give this step a name."]
    assert list(form.errors) == ["not_for", "sentence-plan", "phase_9_title"]
    html = response.content.decode()
    assert "A walk.</textarea>" in html
    assert f"{'x' * 401}</textarea>" in html
    assert WayOfWorking.objects.count() == 0


def test_two_windows_lose_nothing(therapist: Client, consult: SessionType) -> None:
    a_way(consult.practitioner, opening="From the other window.")
    form = posted(consult, seen=0, opening="From this window.")

    refused = therapist.post(reverse(EDITOR), form)

    assert refused.status_code == 409
    assert "Your page was changed in another window" in text_of(refused)
    assert 'name="seen" value="1"' in refused.content.decode()
    assert "From this window.</textarea>" in refused.content.decode()
    therapist.post(reverse(EDITOR), form | {"seen": 1})
    current = WayOfWorking.objects.current(consult.practitioner)
    assert current is not None
    assert (current.version, current.opening) == (2, "From this window.")


def test_versions_name_what_changed(therapist: Client, consult: SessionType) -> None:
    a_way(consult.practitioner, opening="Slowly.")
    a_way(consult.practitioner, opening="Slowly and kindly.")

    page = therapist.get(reverse("booking:therapist_way_history"))

    html = page.content.decode()
    assert html.index("Version 2") < html.index("Version 1")
    end = '<span class="visually-hidden">]</span>'
    assert f'<del><span class="visually-hidden">[Removed: </span>Slowly.{end}</del>' in html
    assert (
        f'<ins><span class="visually-hidden">[Added: </span>Slowly and kindly.{end}</ins>' in html
    )
    old = therapist.get(reverse("booking:therapist_way_version", args=[1]))
    assert "<p>Slowly.</p>" in old.content.decode()
    missing = reverse("booking:therapist_way_version", args=[3])
    assert therapist.get(missing).status_code == 404


@pytest.mark.parametrize("name", [EDITOR, "booking:therapist_way_history"])
def test_it_is_the_therapists_alone(client: Client, consult: SessionType, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302

"""The widget: framed by the named sites alone, without a cookie, and out of it by a plain link."""

import html
import re

import pytest
from django.test import override_settings

from accounts.models import Role
from booking.models import Appointment, Audience, Status
from tests.factories.accounts import add_app
from tests.factories.booking import (
    MONDAY,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
EVERYWHERE_ELSE = (
    "default-src 'self'; img-src 'self' data:; form-action 'self' http://127.0.0.1:9; "
    "frame-ancestors 'none'; base-uri 'self'; object-src 'none'"
)
ONE = ["https://www.practice.example.com"]
TWO = [*ONE, "https://rowan.example:8443"]
TEN = "2027-01-04T15:00:00Z"


@pytest.fixture
def session_type():
    return a_session_type(slug="talk", name="First talk")


def rules(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def links(response) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="([^"]*)"', response.content.decode())]


# -- who may frame it --------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/embed/", "/embed/talk/"])
@pytest.mark.parametrize(
    ("origins", "ancestors", "x_frame_options"),
    [
        ([], "'none'", "DENY"),
        (ONE, "https://www.practice.example.com", None),
        (TWO, "https://www.practice.example.com https://rowan.example:8443", None),
    ],
)
def test_only_the_named_sites_may_frame_it_and_nothing_else_changes(
    client, session_type, settings, path, origins, ancestors, x_frame_options
):
    settings.EMBED_ORIGINS = origins

    response = client.get(path)

    others = rules(client.get("/sessions/"))
    assert response.status_code == 200
    assert rules(response) == others | {"frame-ancestors": ancestors}
    assert response.get("X-Frame-Options") == x_frame_options


@override_settings(EMBED_ORIGINS=TWO)
@pytest.mark.parametrize("path", ["/", "/sessions/", "/book/talk/", "/accounts/login/"])
def test_no_other_page_can_be_framed(client, session_type, path):
    response = client.get(path)

    assert rules(response)["frame-ancestors"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"


@override_settings(EMBED_ORIGINS=ONE)
def test_the_policy_of_other_pages_is_word_for_word_as_before(client, session_type):
    found = rules(client.get("/book/talk/"))

    wanted = {part.strip().partition(" ")[0]: part.strip().partition(" ")[2]
              for part in EVERYWHERE_ELSE.split(";")}  # fmt: skip
    assert found == wanted


# -- no cookie -----------------------------------------------------------------------------
@override_settings(EMBED_ORIGINS=ONE)
@pytest.mark.parametrize(
    "path", ["/embed/", "/embed/talk/", "/embed/talk/?zone=Asia/Tokyo&theme=dark", "/embed.js"]
)
def test_it_sets_no_cookie_and_keeps_no_session(client, session_type, path):
    client.get(path)

    assert client.cookies == {}


def test_it_has_no_form_that_changes_anything_and_no_token(client, session_type):
    page = client.get("/embed/talk/").content.decode()

    assert 'method="post"' not in page
    assert "csrf" not in page.lower()
    assert client.post("/embed/talk/").status_code == 405


def test_month_day_zone_and_theme_stand_in_every_link_of_the_frame(client, session_type):
    response = client.get("/embed/talk/", {"zone": "Asia/Tokyo", "theme": "dark", "all": "1"})

    inner = [link for link in links(response) if link.startswith("/embed/talk/")]
    assert len(inner) >= 4
    assert all(link.endswith("&zone=Asia%2FTokyo&theme=dark&all=1") for link in inner)
    assert links(response).count("/embed/?zone=Asia%2FTokyo&theme=dark") == 1
    assert 'data-theme="dark"' in response.content.decode()


def test_zone_comes_from_the_address_and_not_from_the_portals_cookie(client, session_type):
    client.cookies["zone"] = "Asia/Tokyo"

    assert "Times are shown for New York ." in text_of(client.get("/embed/talk/"))
    there = client.get("/embed/talk/?zone=America/Los_Angeles")
    assert "Times are shown for Los Angeles ." in text_of(there)


@pytest.mark.parametrize("query", ["theme=red&zone=Nowhere", "month=x&day=y&place=z&all=2"])
def test_nonsense_in_the_address_is_left_out(client, session_type, query):
    response = client.get(f"/embed/talk/?{query}")

    assert response.status_code == 200
    assert not re.search(r"theme=red|Nowhere|all=2", response.content.decode())
    assert "data-theme" not in response.content.decode()


def test_htmx_gets_the_calendar_alone_and_the_frame_writes_no_history(client, session_type):
    response = client.get("/embed/talk/?day=2027-01-11", headers={"hx-request": "true"})

    page = response.content.decode()
    assert "<html" not in page
    assert 'hx-push-url="false"' in page
    assert 'hx-push-url="true"' not in page


# -- what it offers --------------------------------------------------------------------------
def test_times_lead_out_of_the_frame_to_the_portal(client, session_type):
    response = client.get("/embed/talk/?zone=America/Los_Angeles")

    page = response.content.decode()
    assert (
        '<a target="_top" href="/book/talk/?start=2027-01-04T15:00:00Z&amp;place=telehealth'
        '&amp;zone=America/Los_Angeles" aria-label="Choose Monday, January 4, 7:00 am, '
        '10:00 am in New York">'
    ) in page
    leaving = [link for link in links(response) if link.startswith("/book/")]
    assert page.count('target="_top"') >= len(leaving) == 5


def test_all_lists_what_a_visitor_may_book_and_nothing_else(client, session_type):
    practitioner = session_type.practitioner
    for fields in (
        {"slug": "later", "name": "For clients", "audience": Audience.EXISTING},
        {"slug": "gone", "name": "Gone", "is_active": False},
        {"slug": "new", "name": "For new ones", "audience": Audience.NEW},
    ):
        SessionTypeFactory(practitioner=practitioner, **fields)

    response = client.get("/embed/?theme=light")

    inner = [link for link in links(response) if link.startswith("/embed/")]
    assert inner == ["/embed/talk/?theme=light&all=1", "/embed/new/?theme=light&all=1"]


def test_a_session_for_clients_leads_to_the_portal(client):
    a_session_type(slug="talk", audience=Audience.EXISTING)

    response = client.get("/embed/talk/")

    assert '<a href="/book/talk/" target="_top">' in response.content.decode()
    assert 'id="calendar"' not in response.content.decode()


@pytest.mark.parametrize("path", ["/embed/unknown/", "/embed/gone/"])
def test_what_is_not_offered_does_not_exist(client, path):
    a_session_type(slug="gone", is_active=False)

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("types", [1, 3])
def test_as_many_queries_for_one_kind_as_for_three(
    client, session_type, django_assert_num_queries, types
):
    for _ in range(types - 1):
        SessionTypeFactory(practitioner=session_type.practitioner)

    with django_assert_num_queries(3):
        client.get("/embed/")


# -- the script of the practice's own page -----------------------------------------------------
def test_script_has_an_address_that_stays_and_may_be_kept_for_an_hour(client):
    response = client.get("/embed.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get("/embed.js", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_script_listens_to_the_portal_alone(client):
    script = client.get("/embed.js").content.decode()

    assert "event.origin !== portal" in script
    assert "one.contentWindow === source" in script
    assert '"*"' not in script


# -- at top level -------------------------------------------------------------------------------
def test_chosen_time_is_shown_with_one_button(client, session_type):
    response = client.get(f"/book/talk/?start={TEN}&place=office&zone=America/Los_Angeles")

    text = text_of(response)
    assert "Is this the time you want?" in text
    assert "Monday, January 4, 7:00 am" in text
    assert "10:00 am in New York" in text
    page = response.content.decode()
    assert f'<button class="btn" name="start" value="{TEN}">Hold this time</button>' in page
    assert Appointment.objects.count() == 0

    held = client.post("/book/talk/hold/", {"start": TEN, "place": "office", "minutes": "50"})
    assert held["Location"].startswith("/hold/")
    assert Appointment.objects.get().place == "office"


def test_a_time_that_was_taken_meanwhile_is_told_with_the_nearest(client, session_type):
    an_appointment(session_type, new_york(MONDAY, "10:00"))

    response = client.get(f"/book/talk/?start={TEN}&place=telehealth&zone=America/New_York")

    assert response.status_code == 200
    text = text_of(response)
    assert "Someone else has just taken Monday, January 4, 10:00 am." in text
    assert "The nearest open times:" in text
    assert "Hold this time" not in text
    assert 'aria-label="Hold Monday, January 4, 9:00 am"' in response.content.decode()


@pytest.mark.parametrize("start", ["", "x", "2027-01-04T15:00:00", "9999-01-01T00:00:00Z"])
def test_a_start_that_is_no_time_shows_the_calendar(client, session_type, start):
    response = client.get("/book/talk/", {"start": start})

    assert response.status_code == 200
    assert "Choose a time" in text_of(response)


def test_a_client_for_whom_it_is_not_sees_no_button(client):
    a_session_type(slug="talk", audience=Audience.EXISTING)

    response = client.get(f"/book/talk/?start={TEN}&place=telehealth")

    assert "For people who have been here before" in text_of(response)
    assert "Hold this time" not in text_of(response)


def test_their_own_held_time_is_still_theirs_to_hold(client, session_type):
    client.post("/book/talk/hold/", {"start": TEN, "place": "telehealth"})

    response = client.get(f"/book/talk/?start={TEN}&place=telehealth")

    assert Appointment.objects.get().status == Status.HELD
    assert "Hold this time" in text_of(response)


# -- the therapist's page -------------------------------------------------------------------------
@pytest.fixture
def therapist(client, session_type):
    user = session_type.practitioner.user
    add_app(user)
    client.force_login(user)
    assert user.role == Role.THERAPIST
    return client


@override_settings(EMBED_ORIGINS=ONE, PORTAL_URL="https://portal.example.com")
def test_links_and_lines_to_copy(therapist):
    page = therapist.get("/therapist/website/?show=talk&theme=dark").content.decode()

    assert '<a id="link-talk" href="https://portal.example.com/book/talk/">' in page
    assert (
        html.escape(
            '<iframe src="https://portal.example.com/embed/talk/?theme=dark" '
            'title="Book with Rowan Ellery"\n'
            '        width="100%" height="760" loading="lazy"></iframe>\n'
            '<script src="https://portal.example.com/embed.js" async></script>'
        )
        in page
    )
    assert 'src="/therapist/website/preview/talk/?theme=dark"' in page
    assert "These sites may show it: https://www.practice.example.com" in text_of(
        therapist.get("/therapist/website/")
    )


def test_without_a_site_it_says_what_to_set(therapist):
    text = text_of(therapist.get("/therapist/website/"))

    assert "No website may show it yet" in text
    assert "EMBED_ORIGINS=https://www.practice.example.com" in text


def test_a_name_can_not_break_out_of_the_lines(therapist, session_type):
    session_type.practitioner.name = 'Ro"><script>alert(1)</script>'
    session_type.practitioner.save(update_fields=["name"])

    page = therapist.get("/therapist/website/").content.decode()

    assert "<script>alert" not in page
    assert "&amp;quot;&amp;gt;&amp;lt;script&amp;gt;" in page


@pytest.mark.parametrize("path", ["", "talk/"])
def test_preview_is_for_this_page_alone_whatever_is_set(therapist, path):
    response = therapist.get(f"/therapist/website/preview/{path}")

    assert response.status_code == 200
    assert rules(response)["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_only_the_page_with_the_preview_names_frames(therapist):
    assert rules(therapist.get("/therapist/website/"))["frame-src"] == "'self'"
    assert "frame-src" not in rules(therapist.get("/therapist/sessions/"))

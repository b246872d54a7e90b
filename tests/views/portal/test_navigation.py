"""The way around, by role: only doors that open, and one of them is where you are."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import Role, User
from portal.journeys.navigation import (
    ACCOUNT,
    BY_ROLE,
    FOOTER,
    PRACTICE,
    VISITOR,
    Door,
    links,
)

pytestmark = pytest.mark.django_db


def test_visitor_sees_the_public_pages_and_the_door(client: Client) -> None:
    page = client.get(reverse("session_types")).content.decode()

    menu = re.search(r'<nav class="site-nav site-nav--wide".*?</nav>', page, re.S)

    assert menu is not None
    assert re.findall(r"<a [^>]*>([^<]+)</a>", menu[0]) == [label for label, _ in VISITOR]
    assert re.findall(r'aria-current="page">([^<]+)', menu[0]) == ["Sessions and fees"]
    assert "Sign out" not in menu[0]


@pytest.mark.parametrize("role", Role)
def test_signed_in_person_can_sign_out_by_post(client: Client, role: Role) -> None:
    client.force_login(User.objects.create_user(f"{role}@practice.example.com", role=role))

    page = client.get(reverse("home"), follow=True).content.decode()

    assert f'<form method="post" action="{reverse("account_logout")}">' in page
    assert "Sign in</a>" not in page


@pytest.mark.parametrize("entries", [*BY_ROLE.values(), VISITOR, FOOTER, ACCOUNT])
def test_every_door_opens(entries: tuple[tuple[str, str], ...]) -> None:
    found = links(entries, "/")

    assert [link.label for link in found] == [label for label, _ in entries]
    assert all(resolve(link.url).func for link in found)


def test_the_nearest_door_is_current() -> None:
    path = reverse("booking:therapist_week")

    assert current(BY_ROLE[Role.THERAPIST], path) == [("Calendar", "page")]


@pytest.mark.parametrize("door", [door for group in PRACTICE for door in group.doors])
def test_behind_practice_the_menu_says_practice(door: Door) -> None:
    below = reverse(door.name) + "something/"

    assert current(BY_ROLE[Role.THERAPIST], reverse(door.name)) == [("Practice", "true")]
    assert current(BY_ROLE[Role.THERAPIST], below) == [("Practice", "true")]


@pytest.mark.parametrize(
    "name", ["therapist_book", "series_create", "time_off_create", "extra_time_create", "time_ask"]
)
def test_what_the_calendar_leads_to_is_below_it(name: str) -> None:
    path = reverse(f"booking:{name}")

    assert current(BY_ROLE[Role.THERAPIST], path) == [("Calendar", "true")]


@pytest.mark.parametrize("name", ["booking:therapist_move", "journeys:therapist_appointment"])
def test_an_appointment_is_below_the_calendar(name: str) -> None:
    path = reverse(name, args=[uuid4()])

    assert current(BY_ROLE[Role.THERAPIST], path) == [("Calendar", "true")]


def test_the_therapists_menu_is_short() -> None:
    assert [label for label, _ in BY_ROLE[Role.THERAPIST]] == [
        "Today", "Calendar", "Clients", "Alerts", "Practice", "Account",
    ]  # fmt: skip


def current(entries: tuple[tuple[str, str], ...], path: str) -> list[tuple[str, str]]:
    return [(link.label, link.current) for link in links(entries, path) if link.current]

"""The gallery renders every component, in the frame that every page has."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

# Shown by the frame itself, or only as the answer to an event.
NOT_SHOWN_BY_NAME = {
    "alert_banner",
    "demo_banner",
    "emergency",
    "field",
    "form_errors",
    "honeypot",
    "messages",
    "morning",
    "site_footer",
    "site_header",
    "site_links",
    "stylesheets",
}


@pytest.fixture
def page(client: Client) -> str:
    response = client.get(reverse("journeys:gallery"))
    assert response.status_code == 200
    return response.content.decode()


def test_every_component_is_shown() -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    names = {path.stem for path in (templates / "components").glob("*.html")}
    sources = "".join(path.read_text() for path in (templates / "gallery").glob("*.html"))

    shown = set(re.findall(r'include "components/(\w+)\.html"', sources))

    assert names - shown == NOT_SHOWN_BY_NAME


def test_every_component_says_how_it_is_used() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "components"

    undocumented = [
        path.name
        for path in folder.glob("*.html")
        if not path.read_text().startswith("{% comment %}")
    ]

    assert undocumented == []


def test_page_has_the_emergency_line_and_one_main_heading(page: str) -> None:
    assert "In an emergency call" in page
    assert "This portal is not monitored around the clock." in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(page: str) -> None:
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page)
    assert set(re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', page)) == set()


def test_error_is_tied_to_its_field_and_nothing_typed_is_lost(page: str) -> None:
    field = re.search(r'<input type="email"[^>]*id="id_email"[^>]*>', page)

    assert field is not None
    assert 'value="ada@example"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_email_error"' in field[0]
    assert '<ul class="field-errors errorlist" id="id_email_error">' in page
    assert '<a href="#id_email">E-mail</a>' in page


def test_choices_keep_what_was_chosen(page: str) -> None:
    chosen = re.findall(r'<input type="radio" name="ended" value="(\w+)"[^>]* checked', page)

    assert chosen == ["unheard"]


def test_open_days_are_links_with_their_full_date(page: str) -> None:
    assert 'aria-label="Tuesday, January 12" aria-current="date">12</a>' in page
    assert '<span class="day">13</span>' in page

"""Every mail comes in the practice's frame: as text and as HTML, with the emergency line."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR) / "templates" / "email"
PRACTICE = {"name": "Quiet Room", "phone": "212-555-0100", "address_line": "1 Example Street"}
# A mail is what exists in both forms; the rest are parts of one.
MAILS = sorted(
    str(path.relative_to(ROOT).with_suffix(""))
    for path in ROOT.glob("*/*.txt")
    if path.with_suffix(".html").exists()
)
EMERGENCY = "For thoughts of suicide or a crisis, call or text 988, any time."


def test_there_are_mails_of_every_app() -> None:
    assert {name.partition("/")[0] for name in MAILS} >= {"account", "billing", "booking", "intake"}


@pytest.mark.parametrize("name", MAILS)
def test_mail_names_the_practice_and_whom_to_call(name: str) -> None:
    context = {"practice": PRACTICE, "subject": "A word from us", "portal_url": "https://p.example"}

    text = render_to_string(f"email/{name}.txt", context)
    page = render_to_string(f"email/{name}.html", context)

    for form in (text, page):
        assert "Quiet Room" in form
        assert EMERGENCY in re.sub(r"\s+", " ", form)


@pytest.mark.parametrize("name", MAILS)
def test_mail_loads_nothing_and_needs_no_table(name: str) -> None:
    context = {"practice": PRACTICE, "subject": "A word from us", "portal_url": "https://p.example"}

    page = render_to_string(f"email/{name}.html", context)

    assert re.findall(r"<(?:img|table|script|link|iframe)\b|url\(", page) == []
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page


@pytest.mark.parametrize("name", MAILS)
def test_sentence_after_the_greeting_begins_with_a_capital(name: str) -> None:
    context = {"practice": PRACTICE, "name": "Ada", "portal_url": "https://p.example"}

    text = render_to_string(f"email/{name}.txt", context)

    assert re.findall(r"^Hello[^\n]*,\n\n[a-z]\w*", text) == []

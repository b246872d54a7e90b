"""docs/appointment-states.md is what the table of transitions says."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from booking.states import TRANSITIONS, as_markdown


def test_page_lists_every_transition():
    page = as_markdown()

    assert page.count("-->") == len(TRANSITIONS)
    assert "| cancel_late | confirmed | late_cancelled | client |" in page


def test_the_committed_page_is_current():
    call_command("appointment_states", "--check")


def test_command_writes_and_compares(tmp_path):
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "appointment-states.md"

    with override_settings(BASE_DIR=tmp_path):
        with pytest.raises(CommandError):
            call_command("appointment_states", "--check")
        call_command("appointment_states")
        call_command("appointment_states", "--check")
        written = page.read_text()
        page.write_text(written + "changed")
        with pytest.raises(CommandError):
            call_command("appointment_states", "--check")

    assert written == as_markdown()

"""The press is stopped when it takes too long or too much, and the next document is drawn."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.shared import pdf
from portal.shared.pdf import pressroom
from portal.shared.press.wire import Frame

HEAD = '<html lang="en"><head><title>T</title></head><body>'
SLOW = f'{HEAD}<table><tr><td style="overflow-wrap:anywhere">{"a calm word " * 9_000}</table>'
WIDE = f"{HEAD}{'<p>words and words</p>' * 40_000}"
QUICK = f"{HEAD}<p>calm</p>"


def order(html: str) -> Frame:
    return Frame({"most_pages": 5_000}, {"html": html.encode()})


@pytest.fixture
def press():
    """One of its own, with little memory."""
    press = pressroom.Press(memory=400 * 1024 * 1024)
    yield press
    press.close()


def test_a_layout_that_hangs_is_killed_and_the_next_document_is_drawn():
    pressroom.draw(order(QUICK))
    hung = pressroom._press.pid
    started = time.monotonic()
    with pytest.raises(pdf.TooLarge, match="in time"):
        pressroom.draw(order(SLOW), seconds=1.0)

    assert time.monotonic() - started < 5
    assert not Path(f"/proc/{hung}").exists()
    assert pressroom.draw(order(QUICK)).head["pages"] == 1
    assert pressroom._press.pid != hung


def test_nothing_of_a_press_stays_behind(press):
    press.draw(order(QUICK), seconds=100)
    folder = Path(press._folder.name)
    assert any(folder.rglob("*"))
    press._process.kill()
    press.close()
    assert not folder.exists()


def test_a_document_that_wants_too_much_memory_is_refused(press):
    assert press.draw(order(QUICK), seconds=100).head["pages"] == 1
    answer = press.draw(order(WIDE), seconds=100)
    assert answer.head["error"] == "TooLarge"


def test_a_press_that_dies_over_a_document_is_said(press):
    press.draw(order(QUICK), seconds=100)
    killing = threading.Timer(0.5, press._process.kill)
    killing.start()
    with pytest.raises(pdf.RenderingFailed, match=r"the press died \(-9\)"):
        press.draw(order(SLOW), seconds=100)
    killing.join()


def test_a_press_that_died_is_replaced():
    pressroom.draw(order(QUICK))
    pressroom._press._process.kill()
    pressroom._press._process.wait()
    assert pressroom.draw(order(QUICK)).head["pages"] == 1


def test_a_press_without_orders_ends_by_itself_and_the_order_is_not_lost(monkeypatch):
    pressroom._close()
    monkeypatch.setattr(pressroom, "IDLE_SECONDS", 1)
    pressroom.draw(order(QUICK))
    pressroom._press._process.wait(10)
    assert pressroom.draw(order(QUICK)).head["pages"] == 1
    pressroom._close()


def test_a_press_that_has_grown_is_replaced_after_its_document(monkeypatch):
    monkeypatch.setattr(pressroom, "MOST_KILOBYTES", 1)
    assert pressroom.draw(order(QUICK)).head["pages"] == 1
    assert pressroom._press is None


def test_the_press_gets_no_secret_and_knows_no_django(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for the press")
    assert "SECRET_KEY" not in pressroom._environment()
    program = "import sys, portal.shared.press.__main__; print('django' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "False\n"


def test_each_process_of_the_portal_has_the_celery_app():
    from portal.shared.tasks import run_entry

    assert run_entry.app.main == "portal"

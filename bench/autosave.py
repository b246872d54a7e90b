"""One answer saved while somebody types, beside two views that only say hello."""

from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.load import Question, Times, beside
from bench.open_times import Place
from scripts import processes, steps
from scripts.processes import Child, Supervisor

RESPONSES = (1, 100_000)
TOKEN = "b" * 32  # of the CSRF check: the cookie and the header have to agree


def measure(place: Place, supervisor: Supervisor, folder: Path) -> list[dict[str, Any]]:
    signed_in = place.inside("sign_in")
    headers = (
        ("Cookie", f"sessionid={signed_in['session']}; csrftoken={TOKEN}"),
        ("X-CSRFToken", TOKEN),
        ("HX-Request", "true"),
    )
    save = Question(
        place.environment["PORTAL_URL"] + signed_in["path"],
        place.web.pid,
        headers=headers,
        body=_forms(signed_in["field"], int(signed_in["revision"])),
    )
    hellos = {
        "hello": _start(place, supervisor, folder, "bench.bare_settings"),
        "hello_signed_in": _start(place, supervisor, folder, "bench.hello_settings"),
    }
    questions = {
        "save": save,
        **{name: Question(url, child.pid, headers) for name, (child, url) in hellos.items()},
    }
    rows = [_row(place, size, questions, signed_in) for size in RESPONSES]
    for child, _ in hellos.values():
        child.kill()
        supervisor.children.remove(child)
    return rows


def _forms(field: str, revision: int) -> Callable[[], str]:
    """Each names the revision that the save before it made, as the page does."""
    revisions = count(revision)

    def form() -> str:
        shown = next(revisions)
        words = f"What somebody types, and then goes on to type, {shown}"
        return urlencode({"window": "measured", field: words, f"{field}:revision": str(shown)})

    return form


def _start(place: Place, supervisor: Supervisor, folder: Path, settings: str) -> tuple[Child, str]:
    port = processes.free_port()
    environment = {
        **place.environment,
        "DJANGO_SETTINGS_MODULE": settings,
        "BENCH_PRACTITIONER": "0",
    }
    command = processes.web(port, workers=place.servers)
    child = supervisor.start(Child(settings, command, environment, folder / "log" / settings))
    supervisor.wait_until_ready(f"http://127.0.0.1:{port}/", 60)
    return child, f"http://127.0.0.1:{port}/"


def _row(
    place: Place, size: int, questions: dict[str, Question], signed_in: dict[str, Any]
) -> dict[str, Any]:
    steps.say(f"  {size:,} responses to questionnaires ...")
    responses = place.inside("fill_responses", str(size))
    times = beside(questions)
    form = questions["save"].body
    assert form is not None
    queries = place.inside(
        "autosave_queries", signed_in["session"], signed_in["path"], form(), form()
    )
    return {
        "responses": responses,
        "queries": queries,
        **{name: asdict(one) for name, one in times.items()},
        "ratios": {
            f"to_{name}": _ratio(times["save"], times[name]) for name in questions if name != "save"
        },
    }


def _ratio(one: Times, other: Times) -> dict[str, float]:
    return {
        "p50": round(one.p50_ms / other.p50_ms, 2),
        "cpu": round(one.cpu_ms / other.cpu_ms, 2),
    }

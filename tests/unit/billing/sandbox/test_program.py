"""`python -m billing.sandbox` and its control interface, from outside."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.stripe_published import FILE
from tests.unit.billing.sandbox.test_api import selling

ROOT = Path(__file__).resolve().parents[4]
Start = Callable[..., str]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the program; answers its address."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> str:
        program = subprocess.Popen(
            [sys.executable, "-m", "billing.sandbox", *arguments],
            cwd=ROOT,
            env={**os.environ, "STRIPE_SECRET_KEY": "sk_test_1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(program)
        assert program.stdout is not None
        first_line = program.stdout.readline()
        assert "no card is charged" in first_line
        address = re.search(r"http://127\.0\.0\.1:\d+", program.stdout.readline())
        assert address is not None
        return address[0]

    yield run
    for program in running:
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=10)
        assert (program.returncode, errors) == (0, "")


@pytest.fixture
def portal() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver of webhooks: its address, and what came."""
    came: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stripe.WebhookSignature.verify_header(body, self.headers["Stripe-Signature"], "whsec_p")
            came.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/stripe/webhook", came
    server.shutdown()
    thread.join()
    server.server_close()


def control(address: str, part: str, sent: dict[str, Any] | None = None) -> Any:
    data = None if sent is None else json.dumps(sent).encode()
    request = urllib.request.Request(
        f"{address}/sandbox/{part}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def client_of(address: str) -> Any:
    return stripe.StripeClient("sk_test_1", base_addresses={"api": address})


def wait_until(true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(200):
        if true():
            return
        pause.wait(0.05)
    raise AssertionError("It did not happen within ten seconds.")


def test_a_payment_reaches_the_portal(
    start: Start, portal: tuple[str, list[dict[str, Any]]]
) -> None:
    webhook_url, came = portal
    address = start("--webhook-url", webhook_url, "--webhook-secret", "whsec_p")
    client = client_of(address)

    session = client.v1.checkout.sessions.create(selling())
    paid = control(address, "actions/pay", {"session": session.id})

    assert paid == {"result": "paid"}
    wait_until(lambda: "checkout.session.completed" in [event["type"] for event in came])
    assert client.v1.webhook_endpoints.list().data[0].url == webhook_url
    states = {delivery["state"] for delivery in control(address, "deliveries")}
    assert states == {"delivered"}


def test_what_was_paid_is_there_after_a_restart(start: Start, tmp_path: Path) -> None:
    store = str(tmp_path / "kept" / "sandbox.sqlite3")
    address = start("--store", store)
    session = client_of(address).v1.checkout.sessions.create(selling())
    control(address, "actions/pay", {"session": session.id})
    waiting = client_of(address).v1.checkout.sessions.create(selling())

    moved = start("--store", store)

    later = client_of(moved)
    assert later.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert later.v1.checkout.sessions.retrieve(waiting.id).url == f"{moved}/c/pay/{waiting.id}"
    assert len(later.v1.events.list().data) == 4


def test_the_clock_starts_where_it_is_told_and_goes_on(start: Start) -> None:
    address = start("--clock", "2027-01-04T09:00:00-05:00")

    began = control(address, "health")["now"]
    later = control(address, "actions/advance", {"seconds": 3600})["result"]

    assert 1799071200 <= began <= 1799071210
    assert 3600 <= later - began <= 3610
    with pytest.raises(urllib.error.HTTPError, match="400"):
        control(address, "actions/advance", {"seconds": -1})


def test_switches_are_set_from_outside(start: Start) -> None:
    address = start()

    control(address, "switches", {"faults": [{"request": "GET /v1/events", "how": "error_before"}]})

    client = client_of(address)
    with pytest.raises(stripe.APIError):
        client.v1.events.list()
    assert client.v1.events.list().data == []
    assert control(address, "switches")["faults"][0]["times"] == 0
    for wrong in ({"no_such": 1}, {"faults": [{"request": "GET", "how": "badly"}]}):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            control(address, "switches", wrong)


def test_with_the_description_a_wrong_request_is_refused_and_noted(start: Start) -> None:
    address = start("--openapi", str(FILE))

    with pytest.raises(stripe.InvalidRequestError, match="amont: unknown parameter"):
        client_of(address).v1.refunds.create({"amont": 1})

    (noted,) = control(address, "violations")
    assert noted["problems"] == ["amont: unknown parameter"]
    assert "authorization" not in noted["headers"]


@pytest.mark.parametrize("part", ["actions/deliver", "switches"])
def test_the_control_interface_takes_json_only(start: Start, part: str) -> None:
    """A form of another site could otherwise steer it."""
    address = start()
    form = urllib.request.Request(f"{address}/sandbox/{part}", b"a=b")

    with pytest.raises(urllib.error.HTTPError, match="415"):
        urllib.request.urlopen(form, timeout=10)


@pytest.mark.parametrize("part", ["actions/world", "actions/_from_outside", "elsewhere"])
def test_only_actions_can_be_called(start: Start, part: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        control(start(), part, {})


def test_it_listens_on_this_machine_only(start: Start) -> None:
    port = int(start().rsplit(":", 1)[1])

    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
def test_it_does_not_start_beside_a_live_key(key: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "billing.sandbox"],
        cwd=ROOT,
        env={**os.environ, "STRIPE_SECRET_KEY": key},
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert ended.returncode == 1
    assert "live key" in ended.stderr
    assert ended.stdout == ""


def test_a_clock_without_offset_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "billing.sandbox", "--clock", "2027-01-04T09:00:00"],
        cwd=ROOT,
        env={**os.environ, "STRIPE_SECRET_KEY": ""},
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "needs an offset" in ended.stderr


def test_it_stands_alone() -> None:
    """Neither Django nor Stripe's library: it can't inherit the portal's mistakes."""
    script = (
        "import sys, billing.sandbox.server\n"
        "print([n for n in ('django', 'stripe', 'requests', 'jsonschema') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert (ran.stdout, ran.stderr) == ("[]\n", "")

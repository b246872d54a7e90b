"""A provider of text messages on this machine that answers as Twilio's Messages API does.

Only what the portal uses: Basic auth, POST of a form to Messages.json (201, or an error with a
code), GET of the list with `To`. What comes next can be set: `answers` holds functions that are
asked first, one a request.
"""

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

ACCOUNT = "AC" + "0" * 32
TOKEN = "tests-only-token"
SENDER = "+12125550199"
LANDLINE, STOPPED, NOT_A_NUMBER = "+12125550111", "+12125550122", "+12125550133"
REFUSED = {
    LANDLINE: (21614, "is not a valid mobile number"),
    STOPPED: (21610, "Attempt to send to unsubscribed recipient"),
    NOT_A_NUMBER: (21211, "is not a valid phone number"),
}
Answer = tuple[int, dict[str, str], dict[str, Any] | str]


def fault(status: int, code: int, words: str = "", **headers: str) -> Answer:
    body = {"code": code, "message": words, "status": status, "more_info": "https://example.com"}
    return status, headers, body


@dataclass
class TextMessages:
    """`accepted`: the messages that were taken; `asked`: every form that was posted."""

    accepted: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    listed: list[dict[str, list[str]]] = field(default_factory=list)
    answers: list[Callable[[], Answer]] = field(default_factory=list)
    lose_answers: int = 0
    """So many messages are taken without the answer ever reaching the caller."""
    before_answering: Callable[[], object] = lambda: None
    """Called when a message is taken and before the caller hears of it."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    url: str = ""

    def start(self) -> None:
        outer = self

        class Doors(_Doors):
            provider = outer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Doors)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, form: dict[str, str]) -> Answer:
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)()
        if form["To"] in REFUSED:
            code, words = REFUSED[form["To"]]
            return fault(400, code, words)
        message = {
            "sid": f"SM{len(self.accepted):032x}",
            "account_sid": ACCOUNT,
            "to": form["To"],
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form["Body"],
            "status": "queued",
            "error_code": None,
            "date_created": format_datetime(self.clock()),
            "direction": "outbound-api",
        }
        self.accepted.append(message)
        return 201, {}, message

    def list(self, query: dict[str, list[str]]) -> Answer:
        self.listed.append(query)
        found = [each for each in reversed(self.accepted) if [each["to"]] == query["To"]]
        return 200, {}, {"messages": found[: int(query["PageSize"][0])], "page": 0}


class _Doors(BaseHTTPRequestHandler):
    provider: TextMessages

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode(), strict_parsing=True))
        answer = self._checked(lambda: self.provider.take(form))
        if answer[0] == 201:
            self.provider.before_answering()
        if answer[0] == 201 and self.provider.lose_answers:
            self.provider.lose_answers -= 1
            self.close_connection = True
            return
        self._give(*answer)

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, strict_parsing=True)
        self._give(*self._checked(lambda: self.provider.list(query)))

    def _checked(self, go_on: Callable[[], Answer]) -> Answer:
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            return fault(401, 20003, "Authenticate")
        if urlsplit(self.path).path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return fault(404, 20404, "not found")
        return go_on()

    def _give(self, status: int, headers: dict[str, str], body: dict[str, Any] | str) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """The tests' output stays quiet."""


def silent_for(seconds: float) -> Callable[[], Answer]:
    def wait() -> Answer:
        time.sleep(seconds)
        return fault(500, 20500)

    return wait

"""A CalDAV server that can't tell what changed: Radicale, behind a door that refuses the question.

Everything else goes through to it. `asked` keeps what came, for tests that count.
"""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.servers.radicale import Radicale

SYNC = b"sync-collection"
NAMED = (b"<sync-collection />", b"<D:sync-collection />")
PASSED_ON = ("Authorization", "Content-Type", "Depth", "If-Match", "If-None-Match")


@dataclass
class PlainCaldav:
    """`refusal`: the status and the body that the report is answered with; `listing`: the same for
    the list of all objects. None lets it through.
    """

    behind: Radicale
    refusal: tuple[int, str] | None = (501, "")
    listing: tuple[int, str] | None = None
    is_honest: bool = False
    """Whether its list of reports leaves out the one that it refuses."""
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    def start(self) -> None:
        outer = self

        class Doors(_Doors):
            server_behind = outer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Doors)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def address_of(self, calendar: str) -> str:
        """How the calendar of the server behind is called here."""
        port = self.server.server_port
        return calendar.replace(self.behind.url, f"http://127.0.0.1:{port}/")

    def read(self) -> list[str]:
        """The names of the objects whose text was asked for by address, in order."""
        return [
            part.partition(b"</D:href>")[0].rpartition(b"/")[2].decode()
            for _, body in self.asked
            if b"calendar-multiget" in body
            for part in body.split(b"<D:href>")[1:]
        ]

    def was_asked_for_changes(self) -> int:
        return sum(method == "REPORT" and SYNC in body for method, body in self.asked)


class _Doors(BaseHTTPRequestHandler):
    server_behind: PlainCaldav
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        outer = self.server_behind
        outer.asked.append((self.command, body))
        if refusal := self._refusal(body):
            status, words = refusal
            self._reply(status, words.encode(), "application/xml")
            return
        given = self._from_behind(body)
        content = given.content
        for name in NAMED if outer.is_honest else ():
            content = content.replace(name, b"")
        kind = given.headers.get("Content-Type", "text/plain")
        self._reply(given.status_code, content, kind, given.headers.get("ETag"))

    do_PROPFIND = do_REPORT = do_GET = do_PUT = do_DELETE = do_OPTIONS = answer

    def _refusal(self, body: bytes) -> tuple[int, str] | None:
        if self.command == "REPORT" and SYNC in body:
            return self.server_behind.refusal
        if self.command == "PROPFIND" and self.headers.get("Depth") == "1":
            return self.server_behind.listing
        return None

    def _from_behind(self, body: bytes) -> requests.Response:
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        url = self.server_behind.behind.url.rstrip("/") + self.path
        return requests.request(self.command, url, data=body, headers=headers, timeout=5)

    def _reply(self, status: int, body: bytes, kind: str, etag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass

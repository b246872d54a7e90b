"""A server address that a person typed leads to no machine of ours, whatever names say."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from booking import guarded_http
from booking.guarded_http import (
    AddressRefused,
    GuardedSession,
    SentElsewhere,
    TooLarge,
    check_url,
    checked_addresses,
    is_public,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192",
        "224.0.0.1", "239.255.255.250", "255.255.255.255", "198.18.0.1", "240.0.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "2002:7f00:1::",
        "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["17.253.144.10", "103.168.172.40", "2606:4700:4700::1111", "::ffff:17.253.144.10"]
)
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://calendar.example.com/",
        "ftp://calendar.example.com/",
        "file:///etc/passwd",
        "https:///dav/",
        "https://somebody:secret@calendar.example.com/",
        "//calendar.example.com/",
    ],
)
def test_only_https_with_a_host_and_no_password_is_an_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url)


Names = dict[str, list[list[str]]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """What names stand for, each time that they are looked up."""
    known: Names = {}

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        answers = known[host]
        now = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in now]

    monkeypatch.setattr(guarded_http.socket, "getaddrinfo", look_up)
    return known


def test_a_name_is_refused_when_any_of_its_addresses_lies_inside(names: Names) -> None:
    names["calendar.example.com"] = [["17.253.144.10", "169.254.169.254"]]

    with pytest.raises(AddressRefused):
        checked_addresses("calendar.example.com", 443)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.8", "169.254.169.254"])
def test_a_request_to_a_name_that_lies_inside_opens_no_connection(
    names: Names, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(
        guarded_http.socket, "create_connection", lambda *given, **_: opened.append(given)
    )
    names["calendar.example.com"] = [[inside]]

    with pytest.raises(AddressRefused):
        GuardedSession("https://calendar.example.com/").get("https://calendar.example.com/")

    assert opened == []


def test_the_address_that_was_checked_is_the_one_connected_to(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: outside at the first look-up, inside at the second, which nobody makes."""
    tried: list[Any] = []

    def connect(address: Any, *_: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(guarded_http.socket, "create_connection", connect)
    names["calendar.example.com"] = [["17.253.144.10"], ["127.0.0.1"]]

    with pytest.raises(requests.ConnectionError):
        GuardedSession("https://calendar.example.com/").get("https://calendar.example.com/")

    assert tried == [("17.253.144.10", 443)]
    assert names["calendar.example.com"] == [["127.0.0.1"]]


class Answers(BaseHTTPRequestHandler):
    """Redirects, floods and trickles, by path; counts who came with a password."""

    seen: list[tuple[str, str, bool]] = []

    def do_PROPFIND(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.path, body.decode(), "Authorization" in self.headers))
        if self.path == "/here":
            self._redirect(301, "/there")
        elif self.path == "/away":
            self._redirect(302, f"http://localhost:{self.server.server_address[1]}/there")
        elif self.path == "/inside":
            self._redirect(302, "http://169.254.169.254/latest/")
        elif self.path == "/flood":
            self._flood()
        elif self.path == "/trickle":
            self._trickle()
        else:
            self._say(b"found")

    def _redirect(self, status: int, where: str) -> None:
        self.send_response(status)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _flood(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def _trickle(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write(b"X-More: 1\r\n")
                time.sleep(0.02)
        except OSError:
            pass

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def server(settings: Any) -> Iterator[str]:
    settings.CALDAV_PRIVATE_ADDRESSES = True
    Answers.seen = []
    running = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    thread.join()
    running.server_close()


def ask(url: str) -> requests.Response:
    with GuardedSession(url) as session:
        return session.request("PROPFIND", url, data=b"question", auth=("rowan", "secret"))


def test_a_redirect_on_the_same_host_is_followed_with_the_question(server: str) -> None:
    assert ask(f"{server}/here").text == "found"
    assert Answers.seen == [("/here", "question", True), ("/there", "question", True)]


@pytest.mark.parametrize("path", ["/away", "/inside"])
def test_a_redirect_to_another_host_is_refused_and_gets_no_password(server: str, path: str) -> None:
    with pytest.raises(SentElsewhere):
        ask(server + path)

    assert [seen[0] for seen in Answers.seen] == [path]


def test_another_host_is_refused_unless_the_service_is_known_to_use_several() -> None:
    session = GuardedSession("https://calendar.example.com/")
    adapter = session.get_adapter("https://x")

    with pytest.raises(SentElsewhere):
        session.get("https://other.example.com/")
    assert isinstance(adapter, guarded_http.GuardedAdapter)
    guarded_http.GuardedAdapter("caldav.icloud.com")._check_host("https://p42-caldav.icloud.com/")
    with pytest.raises(SentElsewhere):
        guarded_http.GuardedAdapter("caldav.icloud.com")._check_host("https://evilicloud.com/")


def test_a_flood_is_cut_off(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_http, "LARGEST_ANSWER", 200_000)

    with pytest.raises(TooLarge):
        ask(f"{server}/flood")


def test_a_trickle_ends_with_the_time_for_one_request(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_http, "WHOLE_SECONDS", 0.3)
    began = time.monotonic()

    with pytest.raises(requests.Timeout):
        ask(f"{server}/trickle")

    assert time.monotonic() - began < 5


def test_the_environment_of_the_process_is_not_asked(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    assert ask(f"{server}/there").text == "found"

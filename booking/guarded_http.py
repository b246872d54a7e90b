"""HTTP to a server that somebody else named: never to our own network, never without end.

A server address is typed by a person, so it may name a machine that only we can reach. Each
connection looks the name up once, checks every address it stands for, and connects to an address
that was checked: what the name says a moment later (DNS rebinding) is never asked.
"""

import ipaddress
import socket
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
WHOLE_SECONDS = 30.0
"""One request from the first byte to the last, so that a trickle is no way to keep a worker."""
LARGEST_ANSWER = 12 * 1024 * 1024
CHUNK = 64 * 1024
MOST_REDIRECTS = 3
SHARED_SERVICES = (".icloud.com",)
"""Services that keep a person's calendars on another of their own hosts and say so."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")  # for protocols; one cloud keeps its secrets here
KEEPS_METHOD = {301: 308, 302: 307}
"""Old redirects mean "ask the same there"; requests would drop the question's body."""

_connections: dict[int, "WeakSet[Any]"] = {}  # those that a thread has opened


class AddressRefused(Exception):
    """The address is not one that we connect to."""


class SentElsewhere(Exception):
    """The server sends us to another host, where the password has no business."""


class TooLarge(Exception):
    """The answer is larger than any calendar's."""


def check_url(url: str) -> None:
    """Raise AddressRefused unless it is https with a host name and nothing secret in it."""
    parts = urlsplit(url)
    schemes = ("https", "http") if settings.CALDAV_PRIVATE_ADDRESSES else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.password:
        raise AddressRefused(f"not an address to connect to: {parts.scheme}")


def is_public(address: str) -> bool:
    """Whether an IP address is out on the internet; those that wrap another count as that one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or _of_nat64(found)
        if found.teredo or inner:
            return bool(inner) and is_public(str(inner))
    return found.is_global and not found.is_multicast and found not in PROTOCOLS


def _of_nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None


def checked_addresses(host: str, port: int) -> list[str]:
    """What the name stands for now; raises AddressRefused when any of it is not public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.CALDAV_PRIVATE_ADDRESSES and not all(map(is_public, addresses)):
        raise AddressRefused("the name stands for an address inside a private network")
    return addresses


class _Guarded:
    """The part of a connection that opens the socket: to a checked address and no other."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            addresses = checked_addresses(self._dns_host, self.port)
        except (socket.gaierror, UnicodeError) as error:
            raise NewConnectionError(self, "the name is not known") from error
        for address in addresses:
            with suppress(OSError):
                opened = socket.create_connection((address, self.port), CONNECT_SECONDS)
                _connections.setdefault(threading.get_ident(), WeakSet()).add(self)
                return opened
        raise NewConnectionError(self, "no address answers")


class _PlainConnection(_Guarded, HTTPConnection):
    pass


class _SecureConnection(_Guarded, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class GuardedAdapter(HTTPAdapter):
    """Sends to one host (or another of the same shared service), and reads no more than is fair."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        check_url(str(request.url))
        self._check_host(str(request.url))
        options |= {"stream": True, "timeout": (CONNECT_SECONDS, SILENCE_SECONDS), "proxies": {}}
        watch = _Watch(WHOLE_SECONDS)
        try:
            response = super().send(request, **options)
            response._content = _read(response)
        except Exception:
            watch.check()
            raise
        finally:
            watch.cancel()
        watch.check()
        response.status_code = KEEPS_METHOD.get(response.status_code, response.status_code)
        response.headers["Content-Type"] = _kind_of(response)
        return response

    def _check_host(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        same_service = any(
            host.endswith(name) and self.host.endswith(name) for name in SHARED_SERVICES
        )
        if host != self.host and not same_service:
            raise SentElsewhere("another host")


class _Watch:
    """Closes the connections of this thread when a request takes too long as a whole."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self.thread = threading.get_ident()
        self.timer = threading.Timer(seconds, self._end)
        self.timer.daemon = True
        self.timer.start()

    def cancel(self) -> None:
        self.timer.cancel()

    def check(self) -> None:
        """Raise ReadTimeout when it had to end the request."""
        if self.is_over:
            raise requests.ReadTimeout("it takes too long")

    def _end(self) -> None:
        self.is_over = True
        for connection in list(_connections.get(self.thread, ())):
            with suppress(OSError, TypeError):
                # Of the plain socket: a TLS one would first wait for the other side.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _read(response: requests.Response) -> bytes:
    """The whole body, unpacked; raises TooLarge beyond LARGEST_ANSWER."""
    found = bytearray()
    for chunk in response.iter_content(CHUNK):
        found += chunk
        if len(found) > LARGEST_ANSWER:
            response.close()
            raise TooLarge("more than a calendar")
    return bytes(found)


def _kind_of(response: requests.Response) -> str:
    """What the body is by its look: the CalDAV library logs a body that is not what it says."""
    start = response.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_xml = start.startswith(b"<") and not start.startswith((b"<!doctype html", b"<html"))
    return "text/xml; charset=utf-8" if is_xml else "text/plain; charset=utf-8"


class GuardedSession(requests.Session):
    """A session with one server: nothing of the environment (proxies, .netrc), few redirects."""

    def __init__(self, url: str) -> None:
        super().__init__()
        check_url(url)
        self.trust_env = False
        self.max_redirects = MOST_REDIRECTS
        self.adapters.clear()
        self.mount("https://", GuardedAdapter(urlsplit(url).hostname or ""))
        if settings.CALDAV_PRIVATE_ADDRESSES:
            self.mount("http://", GuardedAdapter(urlsplit(url).hostname or ""))

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Refuse to carry the password to where it was not meant for."""
        old, new = urlsplit(str(response.request.url)), urlsplit(str(prepared_request.url))
        if (old.scheme, old.hostname, old.port) != (new.scheme, new.hostname, new.port):
            raise SentElsewhere("another host")

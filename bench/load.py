"""Times requests over HTTP, with a client that costs little itself."""

import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from scripts.processes import children_of

WARM_UP, REQUESTS = 40, 400
CLIENTS, SECONDS = 8, 3.0


@dataclass(frozen=True)
class Times:
    """Milliseconds: of waiting, and of all the server's processors."""

    p50_ms: float
    p95_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Question:
    """What is asked of which server, and how it must answer: a fast error is no result."""

    url: str
    server: int  # gunicorn's process id
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    before: Callable[[], object] | None = None  # done before each request, outside the time
    body: Callable[[], str] | None = None  # a form to post, another one each time


class LetGo(Exception):
    """The server closed a connection on which nothing had been asked for a while."""


class Connection:
    """One kept connection. Every server here sends a Content-Length."""

    def __init__(self, question: Question) -> None:
        parts = urlsplit(question.url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        lines = [f"{'POST' if question.body else 'GET'} {target} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in question.headers]
        self.head = "\r\n".join([*lines, ""])
        self.body = question.body
        self.address = (parts.hostname or "", parts.port or 80)
        self.expected = f"HTTP/1.1 {question.status} ".encode()
        self.socket = self._opened()

    def _opened(self) -> socket.socket:
        opened = socket.create_connection(self.address, timeout=30)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self) -> tuple[float, bytes]:
        """Seconds, and the whole answer. Raises AssertionError on another status.

        On a busy machine the server may have let go of it meanwhile: then a new one is timed.
        """
        request = self._request()
        try:
            return self._ask(request)
        except LetGo:
            self.close()
            self.socket = self._opened()
            return self._ask(request)

    def _ask(self, request: bytes) -> tuple[float, bytes]:
        started = time.perf_counter()
        self.socket.sendall(request)
        answer = self._read()
        seconds = time.perf_counter() - started
        assert answer.startswith(self.expected), answer[:300]
        return seconds, answer

    def _request(self) -> bytes:
        if self.body is None:
            return f"{self.head}\r\n".encode()
        form = self.body()
        kind = "Content-Type: application/x-www-form-urlencoded"
        return f"{self.head}{kind}\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()

    def _read(self) -> bytes:
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._some()
        head, _, body = answer.partition(b"\r\n\r\n")
        wanted = _length(head)
        while len(body) < wanted:
            body += self._some()
        return head + b"\r\n\r\n" + body

    def _some(self) -> bytes:
        found = self.socket.recv(262_144)
        if not found:
            raise LetGo
        return found

    def close(self) -> None:
        self.socket.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


@contextmanager
def connected(question: Question) -> Iterator[Connection]:
    connection = Connection(question)
    try:
        yield connection
    finally:
        connection.close()


def beside(questions: Mapping[str, Question], requests: int = REQUESTS) -> dict[str, Times]:
    """All of them in turn, block by block, so that a noisy moment meets each alike."""
    waits: dict[str, list[float]] = {name: [] for name in questions}
    cpu = dict.fromkeys(questions, 0.0)
    for question in questions.values():
        _block(question, WARM_UP)
    for _ in range(requests // 20):
        for name, question in questions.items():
            before = cpu_seconds(question.server)
            waits[name] += _block(question, 20)
            cpu[name] += cpu_seconds(question.server) - before
    return {name: _times(sorted(waits[name]), cpu[name]) for name in questions}


def _block(question: Question, count: int) -> list[float]:
    with connected(question) as connection:
        return [_one(question, connection) for _ in range(count)]


def _one(question: Question, connection: Connection) -> float:
    if question.before:
        question.before()
    return connection.ask()[0]


def _times(waits: list[float], cpu: float) -> Times:
    return Times(
        p50_ms=round(statistics.median(waits) * 1000, 3),
        p95_ms=round(waits[int(len(waits) * 0.95)] * 1000, 3),
        cpu_ms=round(cpu / len(waits) * 1000, 3),
    )


def per_second(question: Question) -> float:
    """Answers a second to eight clients at once."""
    counts = [0] * CLIENTS
    deadline = time.perf_counter() + SECONDS

    def client(number: int) -> None:
        with connected(question) as connection:
            while time.perf_counter() < deadline:
                connection.ask()
                counts[number] += 1

    started = time.perf_counter()
    threads = [Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / (time.perf_counter() - started), 1)


def cpu_seconds(server: int) -> float:
    """Time on a processor of gunicorn and its workers, in nanoseconds of the scheduler."""
    return sum(_on_cpu(pid) for pid in [server, *children_of(server)]) / 1e9


def _on_cpu(pid: int) -> int:
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks)

"""Keeps one press for this process: warm, on a clock, and replaced when it dies or grows.

The press is a process of its own, because a layout that hangs can be stopped by nothing else: a
thread can't be killed, and a signal waits until Pango returns.
"""

import atexit
import contextlib
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, cast

from django.conf import settings

from portal.shared.pdf.house import house_files
from portal.shared.press import wire
from portal.shared.press.errors import BY_NAME, RenderingFailed, TooLarge
from portal.shared.press.wire import Frame

MOST_SECONDS = 55.0  # for one document; two and the rest of a task stay below its time limit
MOST_MEMORY = 1024 * 1024 * 1024  # of addresses, where libraries and fonts count as well
MOST_KILOBYTES = 300 * 1024  # a press that has grown larger is replaced after its document
IDLE_SECONDS = 600  # a press that nobody warmed ends by itself: the web draws a page now and then
STOP_SECONDS = 5.0
PIECE = 65_536
KEPT_FROM_US = ("PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE")


class _Gone(Exception):
    """The press had ended before it had read the order to the end."""


class Press:
    """One running press. It gets no setting and no secret of ours, only its files' names."""

    def __init__(self, *, idle_seconds: int = 0, memory: int = MOST_MEMORY) -> None:
        self.owner = os.getpid()
        self._folder = tempfile.TemporaryDirectory(prefix="press-", ignore_cleanup_errors=True)
        files = [str(path) for path in house_files()]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "portal.shared.press", str(idle_seconds), str(memory), *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a library says there may quote what people wrote
            cwd=settings.BASE_DIR,
            env={**_environment(), "TMPDIR": self._folder.name},  # its unpacked fonts go with it
        )
        for pipe in self._pipes():
            os.set_blocking(pipe.fileno(), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def draw(self, order: Frame, *, seconds: float) -> Frame:
        """Raises TooLarge after so many seconds, RenderingFailed when the press dies over it."""
        deadline = time.monotonic() + seconds
        try:
            self._send(memoryview(wire.packed(order)), deadline)
            return wire.unpacked(lambda size: self._receive(size, deadline))
        except BrokenPipeError as gone:
            raise _Gone from gone  # it reads an order to the end before it begins
        except EOFError as end:
            code = self._process.wait(STOP_SECONDS)
            if code == 0:
                raise _Gone from end
            raise RenderingFailed(f"the press died ({code})") from end

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def close(self) -> None:
        """At once. In a process that was forked from its owner only the pipes are let go."""
        for pipe in self._pipes():
            pipe.close()
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()
            self._folder.cleanup()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        return cast("tuple[IO[bytes], IO[bytes]]", (self._process.stdin, self._process.stdout))

    def _send(self, message: memoryview, deadline: float) -> None:
        number = self._pipes()[0].fileno()
        while message:
            _wait_for(number, selectors.EVENT_WRITE, deadline)
            with contextlib.suppress(BlockingIOError):
                message = message[os.write(number, message[:PIECE]) :]

    def _receive(self, size: int, deadline: float) -> bytes:
        received, number = bytearray(), self._pipes()[1].fileno()
        while len(received) < size:
            _wait_for(number, selectors.EVENT_READ, deadline)
            piece = os.read(number, min(size - len(received), PIECE))
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)


def _wait_for(number: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(number, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TooLarge("not drawn in time")


def _environment() -> dict[str, str]:
    # fontTools stamps each font it embeds with the time of day, unless it is told another one:
    # the same document is to be the same bytes.
    kept = {name: os.environ[name] for name in KEPT_FROM_US if name in os.environ}
    return {**kept, "SOURCE_DATE_EPOCH": "0", "PYTHONDONTWRITEBYTECODE": "1"}


_press: Press | None = None
_one_at_a_time = threading.Lock()


def warm() -> None:
    """Start the press of this worker before it is needed (0.7 s of processor time)."""
    with _one_at_a_time:
        _current(idle_seconds=0)


def draw(order: Frame, *, seconds: float = MOST_SECONDS) -> Frame:
    """The press's answer with the PDF. Raises what `portal.shared.press.errors` names."""
    with _one_at_a_time:
        try:
            answer = _draw(order, seconds)
        except BaseException:  # whatever stopped us, this press may still be at work on it
            _close()
            raise
        if answer.head.get("peak_kilobytes", 0) > MOST_KILOBYTES:
            _close()
    error = answer.head.get("error")
    if error:
        raise BY_NAME.get(error, RenderingFailed)(answer.head["reason"])
    return answer


def _draw(order: Frame, seconds: float) -> Frame:
    try:
        return _current(idle_seconds=IDLE_SECONDS).draw(order, seconds=seconds)
    except _Gone:
        _close()
        return _current(idle_seconds=IDLE_SECONDS).draw(order, seconds=seconds)


def _current(*, idle_seconds: int) -> Press:
    """One that lives and is ours: a forked child would read its owner's answers."""
    global _press
    if _press is not None and (_press.owner != os.getpid() or _press.has_ended):
        _close()
    if _press is None:
        _press = Press(idle_seconds=idle_seconds)
    return _press


@atexit.register
def _close() -> None:
    global _press
    if _press is not None:
        _press.close()
        _press = None

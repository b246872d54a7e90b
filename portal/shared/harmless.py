"""What people hand in, made harmless by a program of its own (portal.shared.wash)."""

import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from portal.shared.press import wire
from portal.shared.wash.refusals import Reason, Refused

MOST_SECONDS = 30.0
MOST_ANSWER = 48 * 1024 * 1024  # bytes; a picture drawn anew may be larger than it was
PIECE = 65_536
KEPT_FROM_US = ("PATH", "LANG")
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Harmless:
    """A PDF, JPEG or PNG that only shows something."""

    content: bytes
    media_type: str
    pages: int


def make_harmless(content: bytes, *, seconds: float = MOST_SECONDS) -> Harmless:
    """The same file put together anew. Raises Refused.

    One at a time in each process: a large picture takes half a gigabyte while it is drawn.
    """
    with _one_at_a_time:
        answer = _washed(content, time.monotonic() + seconds)
    if "refused" in answer.head:
        raise Refused(Reason(answer.head["refused"]))
    return Harmless(answer.pieces["content"], answer.head["kind"], answer.head["pages"])


def _washed(content: bytes, deadline: float) -> wire.Frame:
    with _in_memory(content) as file, _started(file) as program:
        try:
            return _answer(program, deadline)
        except (EOFError, ValueError, TimeoutError) as ended:  # killed by one of its limits
            raise Refused(Reason.EFFORT) from ended
        finally:
            program.kill()


def _in_memory(content: bytes) -> IO[bytes]:
    """A file that no disk ever sees."""
    file = os.fdopen(os.memfd_create("handed-in"), "wb+")
    file.write(content)
    file.seek(0)
    return file


def _started(file: IO[bytes]) -> subprocess.Popen[bytes]:
    """It gets no setting and no secret of ours."""
    kept = {name: os.environ[name] for name in KEPT_FROM_US if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "portal.shared.wash"],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what a library says there may quote the file
        cwd=settings.BASE_DIR,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _answer(program: subprocess.Popen[bytes], deadline: float) -> wire.Frame:
    """Raises EOFError, ValueError, TimeoutError."""
    left = MOST_ANSWER

    def read(size: int) -> bytes:
        nonlocal left
        left -= size
        if left < 0:
            raise ValueError("more than a file may become")
        return _exactly(program.stdout, size, deadline)

    return wire.unpacked(read)


def _exactly(pipe: IO[bytes] | None, size: int, deadline: float) -> bytes:
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        number = selector.register(pipe or 0, selectors.EVENT_READ).fd
        while len(received) < size:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            piece = os.read(number, min(size - len(received), PIECE))
            if not piece:
                raise EOFError
            received += piece
    return bytes(received)

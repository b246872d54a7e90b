"""Reads one file on standard input and answers with a harmless one, or why there is none."""

import os
import resource
import sys
from typing import BinaryIO

from portal.shared.press import wire
from portal.shared.press.wire import Frame
from portal.shared.wash import documents, pictures
from portal.shared.wash.kinds import PDF, kind_of
from portal.shared.wash.refusals import Reason, Refused

MEMORY = 1024 * 1024 * 1024  # of addresses, where libraries count as well
CPU_SECONDS = 20


def main() -> None:
    answers = _own_pipe()
    _limit()
    answers.write(wire.packed(_answer(sys.stdin.buffer.read())))
    answers.flush()


def _own_pipe() -> BinaryIO:
    """The answer leaves by a pipe of its own, so that no library's print can spoil it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return answers


def _limit() -> None:
    """Little memory and time; no file written, no other program started, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(content: bytes) -> Frame:
    try:
        kind = kind_of(content)
        wash = documents.washed if kind == PDF else pictures.washed
        clean, pages = wash(content, kind)
    except Refused as refused:
        return Frame({"refused": refused.reason})
    except (MemoryError, RecursionError):
        return Frame({"refused": Reason.EFFORT})
    except Exception:  # its words may be a person's, and what was not understood is not taken
        return Frame({"refused": Reason.BROKEN})
    return Frame({"kind": kind, "pages": pages}, {"content": clean})


if __name__ == "__main__":
    main()

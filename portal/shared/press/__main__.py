"""Reads orders on standard input and answers each with a PDF or the reason why there is none.

`python -m portal.shared.press IDLE_SECONDS MEMORY FILE ...`: the files are the style sheets and
fonts of the house. After IDLE_SECONDS without an order it ends by itself; 0 means never.
"""

import gc
import os
import resource
import select
import sys
import time
from pathlib import Path
from typing import BinaryIO

from portal.shared.press import thrift, wire
from portal.shared.press.drawing import House
from portal.shared.press.errors import NeverDrawn
from portal.shared.press.wire import Frame

CPU_SECONDS = 60  # for one document; beyond it the kernel ends the press, whoever still waits
RESERVE = 64 * 1024 * 1024  # bytes beyond the limit, to say in that it was reached
WARM = (
    '<html lang="en"><head><title>Warm</title><link rel="stylesheet" href="packet:fonts.css">'
    '<link rel="stylesheet" href="packet:document.css"></head><body><h1>Ready</h1><p>Ready '
    "<em>and</em> <strong>waiting</strong></p></body></html>"
)


def main(idle_seconds: str, memory: str, *files: str) -> None:
    orders, answers = _own_pipes()
    thrift.keep_page_references()
    house = House({Path(each).name: Path(each).read_bytes() for each in files})
    house.draw(WARM, {}, most_pages=1)
    thrift.collect_by_hand()
    _limit(int(memory))
    while _has_order(float(idle_seconds)):
        try:
            order = wire.unpacked(lambda size: _exactly(orders, size))
        except EOFError:
            return
        answers.write(wire.packed(_answer(house, order)))
        answers.flush()
        del order
        gc.collect()


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Answers leave by a pipe of their own, so that no library's print can spoil them."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return os.fdopen(0, "rb", buffering=0), answers


def _limit(memory: int) -> None:
    """No more memory than `memory`, no file written, no core left behind with people's words."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory + RESERVE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _has_order(idle_seconds: float) -> bool:
    return bool(select.select([0], [], [], idle_seconds or None)[0])


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    pieces = []
    while size:
        piece = pipe.read(min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _limit_memory(*, reserve: bool) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if reserve else most - RESERVE, most))


def _answer(house: House, order: Frame) -> Frame:
    _limit_memory(reserve=False)
    started = time.process_time()
    resource.setrlimit(
        resource.RLIMIT_CPU,
        (int(started) + CPU_SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]),
    )
    images = {name: piece for name, piece in order.pieces.items() if name != "html"}
    try:
        html = order.pieces["html"].decode("utf-8", "surrogatepass")
        drawn = house.draw(html, images, most_pages=order.head["most_pages"])
    except NeverDrawn as never:
        return Frame({"error": type(never).__name__, "reason": str(never)})
    except MemoryError:
        _limit_memory(reserve=True)
        return Frame({"error": "TooLarge", "reason": "more memory than a document may take"})
    except Exception as failure:  # its words may be a person's: only its name leaves
        return Frame({"error": "RenderingFailed", "reason": type(failure).__name__})
    head = {
        "pages": drawn.pages,
        "missing_glyphs": drawn.missing_glyphs,
        "warnings": drawn.warnings,
        "seconds": time.process_time() - started,
        "peak_kilobytes": _peak_kilobytes(),
    }
    return Frame(head, {"pdf": drawn.content})


def _peak_kilobytes() -> int:
    """Of this program alone: ru_maxrss counts what its parent had before it was started."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])

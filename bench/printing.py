"""The same page printed by others: WeasyPrint with its plain defaults, and headless Chromium."""

import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pikepdf

from portal.shared.pdf.house import house_files
from portal.shared.press.wire import Frame

PR_SET_CHILD_SUBREAPER = 36
LOOK_EVERY = 0.02  # seconds between two looks at a program's memory


def as_files(order: Frame, folder: Path) -> Path:
    """The page and all it loads, side by side; the names that only the press knows become files."""
    for path in house_files():
        content = path.read_bytes()
        is_style = path.suffix == ".css"
        (folder / path.name).write_bytes(content.replace(b"packet:", b"") if is_style else content)
    for name, piece in order.pieces.items():
        if name != "html":
            (folder / name).write_bytes(piece)
    page = folder / "packet.html"
    page.write_text(order.pieces["html"].decode().replace('"packet:', '"'))
    return page


class PlainWeasyPrint:
    """A warm process that does `HTML(page).write_pdf()` and nothing else."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.plain_weasyprint"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def draw(self, page: Path) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(page, file=self.process.stdin, flush=True)
        row: dict[str, Any] = json.loads(self.process.stdout.readline())
        return row

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def chromium(page: Path, *, besides: set[int]) -> dict[str, Any]:
    """A fresh browser each time, which is how it prints; all its processes are counted. `besides`
    are children of ours that are no part of it and stay."""
    program = shutil.which("chromium")
    assert program, "chromium is missing"
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed.pdf"
        command = [
            *(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
            *(f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", page.as_uri()),
        ]
        cpu, peak = _whole_tree(command, besides)
        return {**_facts(printed.read_bytes()), "cpu_ms": cpu * 1000, "peak_mb": peak / 1024}


def _whole_tree(command: list[str], besides: set[int]) -> tuple[float, int]:
    """Processor seconds of a program and all that it starts, and the most kilobytes of memory that
    they held together (proportional shares)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans are counted here too
    before = _children_seconds()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_share(pid) for pid in _tree(process.pid)))
        time.sleep(LOOK_EVERY)
    for pid in set(_children(os.getpid())) - besides:
        os.waitpid(pid, 0)
    return _children_seconds() - before, peak


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> list[int]:
    return [pid, *(below for child in _children(pid) for below in _tree(child))]


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in path.read_text().split()]
        except OSError:
            continue
    return found


def _share(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(text.partition("\nPss:")[2].split()[0])


def _facts(content: bytes) -> dict[str, Any]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with pikepdf.open(file) as pdf:
            return {"pages": len(pdf.pages), "kilobytes": round(len(content) / 1024)}

"""A throw-away server on a free port of this machine. It can go down and come back."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.processes import free_port

PATIENCE = 15.0  # seconds


class DidNotAnswer(Exception):
    """It runs, or not, and nobody can tell: its log does."""


class ServerProcess:
    """What it keeps lies in a folder of its own, so it is there again when it comes back."""

    name = "server"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"portal-{self.name}-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def come_back(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise DidNotAnswer((self.folder / "server.log").read_text())
            time.sleep(0.05)

    def go_down(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        self.go_down()
        shutil.rmtree(self.folder, ignore_errors=True)

"""A throw-away Redis server on a free port of this machine. It can go down and come back."""

import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from scripts.processes import free_port


@dataclass
class Redis:
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @classmethod
    def start(cls) -> "Redis":
        server = cls(Path(tempfile.mkdtemp(prefix="portal-redis-")), free_port())
        server.come_back()
        return server

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def come_back(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing (`make setup-test` says how).")
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program,
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    str(self.port),
                    "--dir",
                    str(self.folder),
                    "--appendonly",
                    "yes",
                    "--save",
                    "",
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready()

    def go_down(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        self.go_down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 15
        client = redis.Redis(port=self.port)
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            finally:
                client.close()

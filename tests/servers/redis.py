"""A throw-away Redis server on a free port of this machine. It can go down and come back."""

import shutil

import redis

from tests.servers.process import ServerProcess


class Redis(ServerProcess):
    name = "redis"

    @classmethod
    def start(cls) -> "Redis":
        server = cls()
        server.come_back()
        return server

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing (`make setup-test` says how).")
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "appendonly": "yes",
            "save": "",
        }
        return [
            program,
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ]

    def is_ready(self) -> bool:
        with redis.Redis(port=self.port) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

"""The sandbox as a server on this machine, with the thread that delivers its webhooks."""

import logging
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from billing.sandbox import sessions
from billing.sandbox.actions import Actions
from billing.sandbox.api import Api
from billing.sandbox.app import App
from billing.sandbox.clock import Clock
from billing.sandbox.description import Description
from billing.sandbox.store import Store
from billing.sandbox.switches import Switches
from billing.sandbox.webhooks import Transport, Webhooks, post
from billing.sandbox.world import World

logger = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
TICK = 0.2  # seconds between two looks for due webhooks and expired sessions


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Without WSGIServer's look-up of this machine's name, which can take seconds."""
        super(WSGIServer, self).server_bind()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)


class Sandbox:
    """A running sandbox. Use it as a context manager, or call `start` and `stop`."""

    def __init__(
        self,
        *,
        port: int = 0,
        store: str = ":memory:",
        webhook_url: str | None = None,
        webhook_secret: str = "whsec_sandbox",  # noqa: S107 - protects nothing but this machine
        clock: Clock | None = None,
        description: Description | None = None,
        transport: Transport = post,
        first_pause: float = 1.0,
        deliver: bool = True,
    ) -> None:
        """Port 0 takes a free one. Without `deliver`, webhooks wait for `actions.deliver()`."""
        self.world = World(store=Store(store), clock=clock or Clock())
        self.webhooks = Webhooks(
            self.world,
            url=webhook_url,
            secret=webhook_secret,
            first_pause=first_pause,
            transport=transport,
        )
        self.actions = Actions(self.world, self.webhooks)
        app = App(self.world, Api(self.world, description), self.actions)
        self._server = _Server((LOOPBACK, port), _Quiet)
        self._server.set_app(app)
        self.world.public_url = self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        sessions.move_pages(self.world)
        self._stopping = threading.Event()
        work = [self._serve, self._tick] if deliver else [self._serve]
        self._threads = [threading.Thread(target=each, daemon=True) for each in work]

    @property
    def switches(self) -> Switches:
        return self.world.switches

    def start(self) -> "Sandbox":
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()
        self.world.store.close()

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def _tick(self) -> None:
        while not self._stopping.wait(TICK):
            with self.world.store.transaction():
                self.world.cause = {"id": None, "idempotency_key": None}
                sessions.expire_due(self.world)
            self.webhooks.deliver_due()


def load_description(path: str | None) -> Description | None:
    return Description.load(Path(path)) if path else None

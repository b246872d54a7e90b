"""The sandbox as one WSGI application."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from billing.sandbox import sessions
from billing.sandbox.actions import Actions
from billing.sandbox.api import Api
from billing.sandbox.control import Control
from billing.sandbox.desk import Desk
from billing.sandbox.http import Request, Response
from billing.sandbox.pay_page import PayPage
from billing.sandbox.world import World

OUR_NAMES = ("127.0.0.1", "localhost", "[::1]")


class App:
    """Sends each request to its part, after closing the sessions whose time is over."""

    def __init__(self, world: World, api: Api, actions: Actions) -> None:
        self.world = world
        self.parts: list[tuple[str, Callable[[Request], Response]]] = [
            ("/v1/", api.answer),
            ("/sandbox/", Control(world, actions).answer),
            ("/c/pay/", PayPage(world, actions).answer),
            ("/", Desk(world, actions).answer),
        ]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        response = self._answer(Request.read(environ))
        reason = HTTPStatus(response.status).phrase
        length = {"Content-Length": str(len(response.body))}
        start_response(f"{response.status} {reason}", [*(response.headers | length).items()])
        return [response.body]

    def _answer(self, request: Request) -> Response:
        if not request.headers.get("host", "").startswith(OUR_NAMES):
            return Response(421, b"This sandbox answers to 127.0.0.1 only.\n")
        with self.world.store.transaction():
            self.world.cause = {"id": None, "idempotency_key": None}
            sessions.expire_due(self.world)
        answer = next(answer for prefix, answer in self.parts if request.path.startswith(prefix))
        return answer(request)

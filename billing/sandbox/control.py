"""The control interface of tests and the demo: /sandbox/..., in JSON.

GET health, requests, violations (requests that the description forbids), switches, deliveries.
POST switches with new values; POST actions/<name> with the arguments of that method of `Actions`.
It asks for the content type application/json on every change, which a page of another site can't
send without asking first: nobody else's page steers the sandbox.
"""

import json
from typing import Any

from billing.sandbox.actions import Actions
from billing.sandbox.errors import ApiError
from billing.sandbox.http import Request, Response, as_json
from billing.sandbox.world import World

ACTIONS = frozenset(name for name in vars(Actions) if not name.startswith("_"))


class Control:
    def __init__(self, world: World, actions: Actions) -> None:
        self.world = world
        self.actions = actions

    def answer(self, request: Request) -> Response:
        part = request.path.removeprefix("/sandbox/")
        try:
            if request.method == "GET":
                return as_json(self._show(part))
            return as_json({"result": self._change(part, _sent(request))})
        except ApiError as error:
            return as_json(error.body, error.status)
        except (TypeError, ValueError) as error:
            return as_json({"error": {"message": str(error)}}, 400)

    def _show(self, part: str) -> Any:
        if part == "health":
            return {"ok": True, "now": self.world.now(), "sandbox": True}
        if part == "requests":
            return list(self.world.log)
        if part == "violations":
            return [note for note in self.world.log if note["problems"]]
        if part == "switches":
            return self.world.switches.shown()
        if part == "deliveries":
            return self._deliveries()
        raise ApiError(f"Nothing at /sandbox/{part}.", status=404)

    def _change(self, part: str, sent: dict[str, Any]) -> Any:
        if part == "switches":
            self.world.switches.change(sent)
            return self.world.switches.shown()
        name = part.removeprefix("actions/")
        if name not in ACTIONS:
            raise ApiError(f"Nothing at /sandbox/{part}.", status=404)
        return getattr(self.actions, name)(**sent)

    def _deliveries(self) -> list[dict[str, Any]]:
        columns = ("event", "due_at", "attempts", "state", "last_status")
        rows = self.world.store.run(f"SELECT {', '.join(columns)} FROM delivery ORDER BY seq")  # noqa: S608 - fixed names
        return [dict(zip(columns, row, strict=True)) for row in rows]


def _sent(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ApiError("Send JSON.", status=415)
    sent = json.loads(request.body or "{}")
    if not isinstance(sent, dict):
        raise ValueError("Send a JSON object.")
    return sent

"""The part that speaks Stripe's API: /v1/..."""

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from billing.sandbox import (
    balance,
    charges,
    customers,
    disputes,
    endpoints,
    events,
    forms,
    ids,
    intents,
    payment_methods,
    refunds,
    sessions,
    setups,
)
from billing.sandbox.description import Description
from billing.sandbox.errors import ApiError, Json, unauthorized
from billing.sandbox.http import ConnectionLost, Request, Response, as_json
from billing.sandbox.idempotency import Answer, Keys, fingerprint
from billing.sandbox.switches import Fault
from billing.sandbox.world import API_VERSION, World

Endpoint = Callable[..., Json]

RESOURCES: tuple[tuple[str, Any], ...] = (
    ("balance_transactions", balance),
    ("charges", charges),
    ("checkout/sessions", sessions),
    ("customers", customers),
    ("disputes", disputes),
    ("events", events),
    ("payment_intents", intents),
    ("payment_methods", payment_methods),
    ("refunds", refunds),
    ("setup_intents", setups),
    ("webhook_endpoints", endpoints),
)
ROUTES: list[tuple[str, str, Endpoint]] = [
    *(("GET", rf"/v1/{name}", resource.search) for name, resource in RESOURCES),
    *(("GET", rf"/v1/{name}/(\w+)", resource.retrieve) for name, resource in RESOURCES),
    ("POST", r"/v1/checkout/sessions", sessions.create),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", sessions.expire),
    ("GET", r"/v1/checkout/sessions/(\w+)/line_items", sessions.items),
    ("POST", r"/v1/customers", customers.create),
    ("POST", r"/v1/customers/(\w+)", customers.update),
    ("POST", r"/v1/payment_methods/(\w+)/detach", payment_methods.detach),
    ("POST", r"/v1/refunds", refunds.create),
]


class Call(NamedTuple):
    """One request on its way through the API."""

    id: str
    method: str
    path: str
    params: Json
    key: str | None


class Api:
    """Answers requests, one change after another, and writes each one down in `world.log`."""

    def __init__(self, world: World, description: Description | None = None) -> None:
        self.world = world
        self.description = description
        self._keys = Keys(world)

    def answer(self, request: Request) -> Response:
        """Raises ConnectionLost where a switch says so."""
        call_id, started = ids.new("req_", 14), self.world.now()
        note: Json = {"id": call_id, "at": started, "method": request.method, "problems": []}
        note |= {"path": request.path, "params": {}, "replayed": False, "idempotency_key": None}
        note["headers"] = {k: v for k, v in request.headers.items() if k != "authorization"}
        self.world.log.append(note)
        fault = self.world.switches.take_fault(f"{request.method} {request.path}")
        try:
            _before(fault)
            status, body = self._work(request, call_id, note, fault)
            _after(fault)
        except ApiError as error:
            status, body = error.status, error.body
        note |= {"status": status, "answer": body}
        return _response(note)

    def _work(self, request: Request, call_id: str, note: Json, fault: Fault | None) -> Answer:
        check_key(request.headers.get("authorization", ""))
        encoded = request.query if request.method == "GET" else request.body
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        call = Call(call_id, request.method, request.path, forms.decode(encoded), key)
        note |= {"params": call.params, "idempotency_key": key}
        note["problems"] = self._problems(call, request)
        if note["problems"]:
            raise ApiError("; ".join(note["problems"]), before_execution=True)
        if key is None:
            _wait(fault)
            return self._run(call)
        with self._keys.claimed(key):
            _wait(fault)
            return self._run_once(call, key, note)

    def _run_once(self, call: Call, key: str, note: Json) -> Answer:
        mark = fingerprint(call.method, call.path, call.params)
        if earlier := self._keys.earlier_answer(key, mark):
            note["replayed"] = True
            return earlier
        with self.world.store.transaction():
            answer = self._run(call)
            self._keys.keep(key, mark, answer)
        return answer

    def _run(self, call: Call) -> Answer:
        try:
            with self.world.store.transaction():
                self.world.cause = {"id": call.id, "idempotency_key": call.key}
                endpoint, found = _route(call.method, call.path)
                return Answer(200, endpoint(self.world, call.params, *found))
        except ApiError as error:
            if error.before_execution:
                raise
            return Answer(error.status, error.body)

    def _problems(self, call: Call, request: Request) -> list[str]:
        if self.description is None:
            return []
        version = request.headers.get("stripe-version", API_VERSION)
        if version != self.description.version:
            return [f"Stripe-Version: {version} is not the described version"]
        return self.description.problems(call.method, call.path, call.params)


def check_key(authorization: str) -> None:
    """Any test key will do. A live key must never come here."""
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise unauthorized("You did not provide an API key.")
    if not key.startswith(("sk_test_", "rk_test_")):
        raise unauthorized("This is a sandbox: it takes keys that begin with sk_test_ only.")


def _route(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]]:
    for wanted, pattern, endpoint in ROUTES:
        if wanted == method and (match := re.fullmatch(pattern, path)):
            return endpoint, match.groups()
    raise ApiError(
        f"Unrecognized request URL ({method}: {path}).", status=404, before_execution=True
    )


def _before(fault: Fault | None) -> None:
    if fault and fault.how == "close_before":
        raise ConnectionLost
    if fault and fault.how == "error_before":
        raise _broken()


def _wait(fault: Fault | None) -> None:
    """Before the work, so that other requests go on meanwhile."""
    if fault and fault.how == "slow":
        time.sleep(fault.seconds)


def _after(fault: Fault | None) -> None:
    """The work is done and stored, and the caller never learns of it."""
    if fault and fault.how == "close_after":
        raise ConnectionLost
    if fault and fault.how == "error_after":
        raise _broken()


def _broken() -> ApiError:
    return ApiError("An unknown error occurred.", status=500, kind="api_error")


def _response(note: Json) -> Response:
    headers = {"Request_Id": note["id"], "Stripe_Version": API_VERSION}
    if note["idempotency_key"]:
        headers["Idempotency_Key"] = note["idempotency_key"]
    if note["replayed"]:
        headers["Idempotent_Replayed"] = "true"
    return as_json(note["answer"], note["status"], **headers)

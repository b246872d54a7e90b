"""A small dashboard at /: what was paid, and what Stripe's own dashboard could do to it."""

from datetime import UTC, datetime

from billing.sandbox.actions import Actions
from billing.sandbox.balance import dollars
from billing.sandbox.errors import ApiError, Json
from billing.sandbox.http import Request, Response, redirect
from billing.sandbox.markup import Markup, fill, joined, not_found, page, stylesheet
from billing.sandbox.world import World

SHOWN = 50


class Desk:
    def __init__(self, world: World, actions: Actions) -> None:
        self.world = world
        self.actions = actions

    def answer(self, request: Request) -> Response:
        if request.path == "/style.css":
            return stylesheet()
        if request.path != "/":
            return not_found()
        if request.method == "POST":
            return self._act(request)
        return self._show("")

    def _act(self, request: Request) -> Response:
        """Only forms of our own page: the browser says where a form comes from."""
        origin = request.headers.get("origin")
        if origin is not None and origin != self.world.public_url:
            return Response(403, b"Only from the sandbox's own page.\n")
        asked = request.fields()
        try:
            if asked.get("act") == "refund":
                self.actions.refund(asked.get("payment_intent", ""))
            elif asked.get("act") == "dispute":
                self.actions.dispute(asked.get("payment_intent", ""))
        except ApiError as error:
            return self._show(str(error))
        return redirect("/")

    def _show(self, problem: str) -> Response:
        intents = self.world.store.newest_first("payment_intent")[:SHOWN]
        events = self.world.store.newest_first("event")[:SHOWN]
        content = fill(
            "desk.html",
            alert=fill("alert.html", text=problem) if problem else "",
            payments=joined([self._payment(intent) for intent in intents]),
            events=joined([_event(event) for event in events]),
        )
        return page("Dashboard", content)

    def _payment(self, intent: Json) -> Markup:
        charge = self.world.store.find(intent["latest_charge"] or "") or {}
        open_to_change = charge.get("paid") and not charge["refunded"] and not charge["disputed"]
        buttons = fill("desk_actions.html", payment=intent["id"]) if open_to_change else ""
        return fill(
            "desk_payment.html",
            payment=intent["id"],
            made=_moment(intent["created"]),
            amount=dollars(intent["amount"]),
            state=_state(intent, charge),
            buttons=buttons,
        )


def _state(intent: Json, charge: Json) -> str:
    if charge.get("disputed"):
        return "disputed"
    if charge.get("amount_refunded"):
        return f"refunded {dollars(charge['amount_refunded'])}"
    return str(intent["status"]).replace("_", " ")


def _event(event: Json) -> Markup:
    told = "told" if event["pending_webhooks"] == 0 else "not told yet"
    return fill("desk_event.html", type=event["type"], made=_moment(event["created"]), told=told)


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

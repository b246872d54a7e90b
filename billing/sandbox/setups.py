"""Setup intents: a card that is kept for later, without a payment now."""

from billing.sandbox import events, ids, listing, payment_methods
from billing.sandbox.cards import TestCard
from billing.sandbox.errors import Json
from billing.sandbox.rendering import expanded, public
from billing.sandbox.world import World


def open_for(world: World, session: Json, metadata: dict[str, str]) -> Json:
    intent_id = ids.new("seti_")
    intent = world.store.add(
        {
            "id": intent_id,
            "object": "setup_intent",
            "application": None,
            "automatic_payment_methods": None,
            "cancellation_reason": None,
            "client_secret": ids.client_secret(intent_id),
            "created": world.now(),
            "customer": session["customer"],
            "description": None,
            "flow_directions": None,
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": metadata,
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": session["payment_method_types"],
            "single_use_mandate": None,
            "status": "requires_payment_method",
            "usage": "off_session",
        }
    )
    events.emit(world, "setup_intent.created", intent)
    return intent


def succeed(world: World, intent: Json, card: TestCard) -> None:
    method = payment_methods.make(world, card, customer=intent["customer"])
    intent.update(
        status="succeeded", payment_method=method["id"], next_action=None, last_setup_error=None
    )
    world.store.save(intent)
    payment_methods.attach(world, method)
    events.emit(world, "setup_intent.succeeded", intent)


def decline(world: World, intent: Json, card: TestCard) -> None:
    _fail(world, intent, card, card.code, card.message)


def fail_authentication(world: World, intent: Json, card: TestCard) -> None:
    message = "The bank could not confirm that it is you. Please try another card."
    _fail(world, intent, card, "setup_intent_authentication_failure", message)


def challenge(world: World, intent: Json, card: TestCard, page: str) -> None:
    intent.update(
        status="requires_action",
        last_setup_error=None,
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": None, "url": page},
        },
        _card=card.number,
    )
    world.store.save(intent)
    events.emit(world, "setup_intent.requires_action", intent)


def retrieve(world: World, params: Json, intent_id: str) -> Json:
    intent = world.store.get("setup_intent", intent_id)
    return expanded(world.store, intent, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("setup_intent")
    found = listing.equal(found, params, "customer", "payment_method")
    return listing.page(world, "/v1/setup_intents", found, params)


def _fail(world: World, intent: Json, card: TestCard, code: str, message: str) -> None:
    method = payment_methods.make(world, card, customer=None)
    error = {"type": "card_error", "code": code, "message": message}
    if card.decline_code:
        error["decline_code"] = card.decline_code
    intent.update(
        status="requires_payment_method",
        next_action=None,
        last_setup_error={**error, "payment_method": public(method)},
    )
    world.store.save(intent)
    events.emit(world, "setup_intent.setup_failed", intent)

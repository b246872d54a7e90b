"""Payment intents, made when a person first tries to pay a Checkout session."""

from billing.sandbox import charges, events, ids, listing, payment_methods
from billing.sandbox.cards import TestCard
from billing.sandbox.errors import Json
from billing.sandbox.rendering import expanded, public
from billing.sandbox.world import World


def open_for(world: World, session: Json) -> Json:
    """The session's intent; a second try with another card uses the first one's."""
    if session["payment_intent"]:
        return world.store.get("payment_intent", session["payment_intent"])
    intent = world.store.add(_new(world, session))
    session["payment_intent"] = intent["id"]
    world.store.save(session)
    events.emit(world, "payment_intent.created", intent)
    return intent


def _new(world: World, session: Json) -> Json:
    given = session["_intent"]
    intent_id = ids.new("pi_")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": given.get("capture_method", "automatic_async"),
        "client_secret": ids.client_secret(intent_id),
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": session["currency"],
        "customer": session["customer"],
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": session["payment_method_types"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": given.get("setup_future_usage"),
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def succeed(world: World, intent: Json, card: TestCard) -> None:
    method = payment_methods.make(world, card, customer=intent["customer"])
    charge = charges.paid(world, intent, method)
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    world.store.save(intent)
    events.emit(world, "charge.succeeded", charge)
    events.emit(world, "payment_intent.succeeded", intent)


def decline(world: World, intent: Json, card: TestCard) -> None:
    method = payment_methods.make(world, card, customer=None)
    charge = charges.failed(world, intent, method, card)
    error = {
        "charge": charge["id"],
        "code": card.code,
        "decline_code": card.decline_code,
        "message": card.message,
        "payment_method": public(method),
        "type": "card_error",
    }
    _back_to_start(intent, error)
    intent["latest_charge"] = charge["id"]
    world.store.save(intent)
    events.emit(world, "charge.failed", charge)
    events.emit(world, "payment_intent.payment_failed", intent)


def challenge(world: World, intent: Json, card: TestCard, page: str) -> None:
    """The bank wants to see the person; `page` is where it asks."""
    intent.update(
        last_payment_error=None,
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": None, "url": page},
        },
        status="requires_action",
        _card=card.number,
    )
    world.store.save(intent)
    events.emit(world, "payment_intent.requires_action", intent)


def fail_authentication(world: World, intent: Json, card: TestCard) -> None:
    method = payment_methods.make(world, card, customer=None)
    error = {
        "code": "payment_intent_authentication_failure",
        "message": "The bank could not confirm that it is you. Please try another card.",
        "payment_method": public(method),
        "type": "card_error",
    }
    _back_to_start(intent, error)
    world.store.save(intent)
    events.emit(world, "payment_intent.payment_failed", intent)


def cancel(world: World, intent: Json) -> None:
    """An intent that was tried but never paid ends with its session."""
    intent.update(
        status="canceled",
        canceled_at=world.now(),
        cancellation_reason="automatic",
        next_action=None,
    )
    world.store.save(intent)
    events.emit(world, "payment_intent.canceled", intent)


def retrieve(world: World, params: Json, intent_id: str) -> Json:
    intent = world.store.get("payment_intent", intent_id)
    return expanded(world.store, intent, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = listing.equal(world.store.newest_first("payment_intent"), params, "customer")
    return listing.page(world, "/v1/payment_intents", found, params)


def _back_to_start(intent: Json, error: Json) -> None:
    intent.update(
        last_payment_error=error,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )

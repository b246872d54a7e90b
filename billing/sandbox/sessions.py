"""Checkout sessions: opened by the portal, completed on the hosted page, or expired."""

import json

from billing.sandbox import events, ids, intents, line_items, listing, setups
from billing.sandbox.errors import ApiError, Json, invalid, missing
from billing.sandbox.forms import whole
from billing.sandbox.metadata import checked
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60  # seconds; the published description of expires_at
MODES = ("payment", "setup")
# Fields that a session has, and that are empty until something fills them.
EMPTY = """
after_expiration allow_promotion_codes amount_subtotal amount_total
billing_address_collection client_secret consent consent_collection currency
currency_conversion customer_account customer_details customer_email invoice origin_context
payment_intent payment_link payment_method_configuration_details payment_method_options
recovered_from saved_payment_method_options setup_intent shipping_address_collection
shipping_cost submit_type subscription total_details wallet_options
"""


def create(world: World, params: Json) -> Json:
    mode = params.get("mode")
    if mode not in MODES:
        raise invalid("mode", f"This sandbox knows the modes {', '.join(MODES)}.")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("ui_mode", "This sandbox knows the hosted page only.")
    if not params.get("success_url"):
        raise missing("success_url")
    if customer := params.get("customer"):
        world.store.get("customer", customer)
    session = _new(world, params)
    if mode == "payment":
        _sell(world, session, params)
    else:
        _keep_card(world, session, params)
    world.store.add(session)
    return expanded(world.store, session, params.get("expand", []))


def retrieve(world: World, params: Json, session_id: str) -> Json:
    session = world.store.get("checkout.session", session_id)
    return expanded(world.store, session, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("checkout.session")
    found = listing.equal(found, params, "customer", "payment_intent", "status")
    return listing.page(world, "/v1/checkout/sessions", found, params)


def items(world: World, params: Json, session_id: str) -> Json:
    session = world.store.get("checkout.session", session_id)
    return dict(session["_line_items"])


def expire(world: World, params: Json, session_id: str) -> Json:
    """What the portal asks for when a hold is released. Raises ApiError when it is too late."""
    session = world.store.get("checkout.session", session_id)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{session['status']}`."
        )
    close_unpaid(world, session)
    return expanded(world.store, session, params.get("expand", []))


def expire_due(world: World) -> None:
    """Closes the sessions whose time has passed."""
    rows = world.store.run(
        "SELECT body FROM object WHERE kind = 'checkout.session'"
        " AND json_extract(body, '$.status') = 'open'"
        " AND json_extract(body, '$.expires_at') <= ?",
        world.now(),
    )
    for row in rows:
        close_unpaid(world, json.loads(row[0]))


def move_pages(world: World) -> None:
    """After a start on another port: open sessions are paid at the new address."""
    for session in world.store.newest_first("checkout.session"):
        if session["status"] == "open":
            session["url"] = page_of(world, session["id"])
            world.store.save(session)


def close_unpaid(world: World, session: Json) -> None:
    session.update(status="expired", url=None)
    world.store.save(session)
    if session["payment_intent"]:
        intents.cancel(world, world.store.get("payment_intent", session["payment_intent"]))
    events.emit(world, "checkout.session.expired", session)


def complete(world: World, session: Json, email: str | None) -> None:
    """The person has paid, or given a card to keep."""
    paid = "paid" if session["mode"] == "payment" else "no_payment_required"
    details: Json = {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session.update(status="complete", payment_status=paid, url=None, customer_details=details)
    world.store.save(session)
    events.emit(world, "checkout.session.completed", session)


def page_of(world: World, session_id: str) -> str:
    return f"{world.public_url}/c/pay/{session_id}"


def _sell(world: World, session: Json, params: Json) -> None:
    things = line_items.make(world, params.get("line_items", []))
    cents = line_items.total(things)
    given = dict(params.get("payment_intent_data") or {})
    given["metadata"] = checked(given.get("metadata"), "payment_intent_data[metadata]")
    session.update(
        amount_subtotal=cents,
        amount_total=cents,
        currency=things[0]["currency"],
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        submit_type=params.get("submit_type"),
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        _intent=given,
        _line_items={
            "object": "list",
            "data": things,
            "has_more": False,
            "url": f"/v1/checkout/sessions/{session['id']}/line_items",
        },
    )


def _keep_card(world: World, session: Json, params: Json) -> None:
    """Mode `setup` asks for a card without charging it; it needs a currency and a customer."""
    if not params.get("currency"):
        raise missing("currency")
    if not session["customer"]:
        raise missing("customer")
    given = params.get("setup_intent_data") or {}
    intent = setups.open_for(world, session, checked(given.get("metadata")))
    session.update(
        amount_subtotal=None,
        amount_total=None,
        currency=params["currency"],
        payment_status="no_payment_required",
        setup_intent=intent["id"],
    )


def _expires_at(world: World, params: Json) -> int:
    now = world.now()
    at = whole(params.get("expires_at", now + LONGEST), "expires_at")
    if at < now + SHORTEST:
        raise invalid(
            "expires_at",
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session"
            " creation.",
        )
    if at > now + LONGEST:
        raise invalid(
            "expires_at",
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
        )
    return at


def _new(world: World, params: Json) -> Json:
    session_id = ids.new("cs_test_a1", 56)
    return {
        **dict.fromkeys(EMPTY.split()),
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": world.now(),
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer": params.get("customer"),
        "customer_creation": None if params.get("customer") else "if_required",
        "discounts": [],
        "expires_at": _expires_at(world, params),
        "invoice_creation": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": checked(params.get("metadata")),
        "mode": params["mode"],
        "payment_method_collection": "if_required",
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
        "url": page_of(world, session_id),
    }

"""Charges: one for each time that the bank was asked."""

from billing.sandbox import balance, events, ids, listing
from billing.sandbox.cards import TestCard
from billing.sandbox.errors import Json
from billing.sandbox.payment_methods import CHECKS, NOBODY
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World

DESCRIPTOR = "SANDBOX PRACTICE"


def paid(world: World, intent: Json, method: Json) -> Json:
    """A charge that the bank agreed to, with its fee unless `late_fee` is on."""
    outcome = {
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    charge = _new(world, intent, method, outcome)
    charge.update(amount_captured=intent["amount"], captured=True, paid=True, status="succeeded")
    if not world.switches.late_fee:
        _book(world, charge)
    return world.store.add(charge)


def failed(world: World, intent: Json, method: Json, card: TestCard) -> Json:
    outcome = {
        "network_status": "declined_by_network",
        "reason": card.decline_code,
        "risk_level": "normal",
        "seller_message": "The bank did not approve the payment.",
        "type": "issuer_declined",
    }
    charge = _new(world, intent, method, outcome)
    charge.update(failure_code=card.code, failure_message=card.message, status="failed")
    return world.store.add(charge)


def book_late_fees(world: World) -> int:
    """Books the fees that `late_fee` held back, as Stripe does a moment after the payment."""
    waiting = [
        charge
        for charge in world.store.newest_first("charge")
        if charge["paid"] and charge["balance_transaction"] is None
    ]
    for charge in waiting:
        _book(world, charge)
        world.store.save(charge)
        events.emit(world, "charge.updated", charge)
    return len(waiting)


def _book(world: World, charge: Json) -> None:
    moved = balance.move(
        world,
        kind="charge",
        category="charge",
        cents=charge["amount"],
        fee=balance.card_fee(charge["amount"]),
        source=charge["id"],
    )
    charge["balance_transaction"] = moved["id"]


def _new(world: World, intent: Json, method: Json, outcome: Json) -> Json:
    suffix = intent["statement_descriptor_suffix"]
    return {
        "id": ids.new("ch_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": NOBODY,
        "calculated_statement_descriptor": f"{DESCRIPTOR}* {suffix}"[:22] if suffix else DESCRIPTOR,
        "captured": False,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": outcome,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(method, intent["amount"]),
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": suffix,
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def _details(method: Json, amount: int) -> Json:
    kept = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    card = {name: method["card"][name] for name in kept}
    unused = ("installments", "mandate", "network_token", "three_d_secure", "wallet")
    return {
        "type": "card",
        "card": {
            **card,
            **dict.fromkeys(unused),
            "amount_authorized": amount,
            "checks": CHECKS,
            "network": card["brand"],
            "regulated_status": "unregulated",
        },
    }


def retrieve(world: World, params: Json, charge_id: str) -> Json:
    charge = world.store.get("charge", charge_id)
    return expanded(world.store, charge, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("charge")
    found = listing.equal(found, params, "customer", "payment_intent")
    return listing.page(world, "/v1/charges", found, params)

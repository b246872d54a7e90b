"""Refunds: never more than what is left of the charge."""

from billing.sandbox import balance, events, ids, listing
from billing.sandbox.errors import ApiError, Json, invalid, missing, not_found
from billing.sandbox.forms import whole
from billing.sandbox.metadata import checked
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World


def create(world: World, params: Json) -> Json:
    charge = _charge_to_refund(world, params)
    amount = _amount(charge, params)
    refund = world.store.add(_new(world, charge, amount, params))
    moved = balance.move(
        world, kind="refund", category="refund", cents=-amount, fee=0, source=refund["id"]
    )
    refund["balance_transaction"] = moved["id"]
    world.store.save(refund)
    _set_refunded(world, charge, charge["amount_refunded"] + amount)
    events.emit(world, "refund.created", refund)
    events.emit(world, "charge.refunded", charge)
    events.emit(world, "refund.updated", refund)
    return expanded(world.store, refund, params.get("expand", []))


def fail(world: World, refund_id: str) -> Json:
    """The bank sends a refund back later: the money returns to the practice's balance."""
    refund = world.store.get("refund", refund_id)
    if refund["status"] != "succeeded":
        raise ApiError(f"Refund {refund_id} is {refund['status']}.")
    charge = world.store.get("charge", refund["charge"])
    moved = balance.move(
        world,
        kind="refund_failure",
        category="refund_failure",
        cents=refund["amount"],
        fee=0,
        source=refund_id,
    )
    refund.update(
        status="failed",
        failure_reason="lost_or_stolen_card",
        failure_balance_transaction=moved["id"],
    )
    world.store.save(refund)
    _set_refunded(world, charge, charge["amount_refunded"] - refund["amount"])
    events.emit(world, "refund.updated", refund)
    events.emit(world, "refund.failed", refund)
    return refund


def retrieve(world: World, params: Json, refund_id: str) -> Json:
    refund = world.store.get("refund", refund_id)
    return expanded(world.store, refund, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("refund")
    found = listing.equal(found, params, "charge", "payment_intent")
    return listing.page(world, "/v1/refunds", found, params)


def _charge_to_refund(world: World, params: Json) -> Json:
    charge_id = params.get("charge")
    if not charge_id:
        intent_id = params.get("payment_intent")
        if not intent_id:
            raise missing("charge")
        charge_id = world.store.get("payment_intent", intent_id)["latest_charge"]
        if charge_id is None:
            raise _nothing_paid(intent_id)
    charge = world.store.find(charge_id)
    if charge is None:
        raise not_found("charge", charge_id)
    if not charge["paid"]:
        raise _nothing_paid(charge["payment_intent"])
    if charge["disputed"]:
        raise ApiError(f"Charge {charge_id} has been charged back.", code="charge_disputed")
    return charge


def _nothing_paid(intent_id: str) -> ApiError:
    return ApiError(
        f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
    )


def _amount(charge: Json, params: Json) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = whole(params["amount"], "amount") if "amount" in params else left
    if amount < 1:
        raise invalid("amount", "Invalid positive integer", "parameter_invalid_integer")
    if amount > left:
        raise ApiError(
            f"Refund amount ({balance.dollars(amount)}) is greater than unrefunded amount on"
            f" charge ({balance.dollars(left)})",
            param="amount",
        )
    return amount


def _new(world: World, charge: Json, amount: int, params: Json) -> Json:
    return {
        "id": ids.new("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": checked(params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _set_refunded(world: World, charge: Json, cents: int) -> None:
    charge.update(amount_refunded=cents, refunded=cents == charge["amount"])
    world.store.save(charge)

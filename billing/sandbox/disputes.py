"""Disputes: the bank takes the money back until somebody has decided."""

from billing.sandbox import balance, events, ids, listing
from billing.sandbox.errors import ApiError, Json
from billing.sandbox.rendering import expanded, public
from billing.sandbox.world import World

DISPUTE_FEE_CENTS = 1500  # stripe.com/pricing
DAYS_TO_ANSWER = 9
EVIDENCE = """
access_activity_log billing_address cancellation_policy cancellation_policy_disclosure
cancellation_rebuttal customer_communication customer_email_address customer_name
customer_purchase_ip customer_signature duplicate_charge_documentation
duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy
refund_policy_disclosure refund_refusal_explanation service_date service_documentation
shipping_address shipping_carrier shipping_date shipping_documentation
shipping_tracking_number uncategorized_file uncategorized_text
"""


def open_dispute(world: World, intent_id: str, reason: str = "product_not_received") -> Json:
    """A cardholder disputes a payment. Raises ApiError when there is none to dispute."""
    intent = world.store.get("payment_intent", intent_id)
    charge = world.store.find(intent["latest_charge"] or "")
    if charge is None or not charge["paid"] or charge["disputed"] or charge["refunded"]:
        raise ApiError(f"Nothing to dispute on {intent_id}.")
    dispute = world.store.add(_new(world, charge, reason))
    _move(world, dispute, -dispute["amount"], DISPUTE_FEE_CENTS)
    charge["disputed"] = True
    world.store.save(charge)
    events.emit(world, "charge.dispute.created", dispute)
    events.emit(world, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(world: World, dispute_id: str, *, won: bool) -> Json:
    """The bank decides; a won dispute brings the money back, the fee stays."""
    dispute = world.store.get("dispute", dispute_id)
    if dispute["status"] in ("won", "lost"):
        raise ApiError(f"Dispute {dispute_id} is already {dispute['status']}.")
    dispute["status"] = "won" if won else "lost"
    if won:
        _move(world, dispute, dispute["amount"], 0)
    world.store.save(dispute)
    events.emit(world, "charge.dispute.closed", dispute)
    if won:
        events.emit(world, "charge.dispute.funds_reinstated", dispute)
    return dispute


def retrieve(world: World, params: Json, dispute_id: str) -> Json:
    dispute = world.store.get("dispute", dispute_id)
    return expanded(world.store, dispute, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("dispute")
    found = listing.equal(found, params, "charge", "payment_intent")
    return listing.page(world, "/v1/disputes", found, params)


def _move(world: World, dispute: Json, cents: int, fee: int) -> None:
    category = "dispute" if cents < 0 else "dispute_reversal"
    moved = balance.move(
        world, kind="adjustment", category=category, cents=cents, fee=fee, source=dispute["id"]
    )
    dispute["balance_transactions"].append(public(moved))
    world.store.save(dispute)


def _new(world: World, charge: Json, reason: str) -> Json:
    brand = charge["payment_method_details"]["card"]["brand"]
    return {
        "id": ids.new("du_"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE.split()), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now() + DAYS_TO_ANSWER * balance.SECONDS_A_DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {"brand": brand, "case_type": "chargeback", "network_reason_code": None}
            | {"network": brand},
        },
        "reason": reason,
        "status": "needs_response",
    }

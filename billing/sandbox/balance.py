"""Balance transactions: what each charge, refund and dispute moved, after Stripe's fees."""

from billing.sandbox import ids, listing
from billing.sandbox.errors import Json
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World

# Stripe's list price for US cards: 2.9 % + 30 cents (stripe.com/pricing).
FEE_PER_MILLE, FEE_FIXED_CENTS = 29, 30
DAYS_UNTIL_AVAILABLE = 2
SECONDS_A_DAY = 86400


def dollars(cents: int) -> str:
    """`$1,250.05`."""
    return f"${cents // 100:,}.{cents % 100:02}"


def card_fee(cents: int) -> int:
    """Whole cents, half a cent rounded up."""
    return (cents * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_CENTS


def move(world: World, *, kind: str, category: str, cents: int, fee: int, source: str) -> Json:
    """Stores a movement: `cents` is negative when money leaves the practice."""
    now = world.now()
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": "usd",
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    return world.store.add(
        {
            "id": ids.new("txn_"),
            "object": "balance_transaction",
            "amount": cents,
            "available_on": now + DAYS_UNTIL_AVAILABLE * SECONDS_A_DAY,
            "balance_type": "payments",
            "created": now,
            "currency": "usd",
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": cents - fee,
            "reporting_category": category,
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )


def retrieve(world: World, params: Json, transaction_id: str) -> Json:
    found = world.store.get("balance_transaction", transaction_id)
    return expanded(world.store, found, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("balance_transaction")
    found = listing.equal(found, params, "currency", "source", "type")
    return listing.page(world, "/v1/balance_transactions", found, params)

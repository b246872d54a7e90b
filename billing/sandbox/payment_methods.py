"""Cards as Stripe shows them: brand, last four digits and expiry, never the number."""

from datetime import UTC, datetime

from billing.sandbox import events, ids, listing
from billing.sandbox.cards import TestCard
from billing.sandbox.errors import Json
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World

NOBODY = {
    "address": {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    },
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}
CHECKS = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
YEARS_VALID = 3


def make(world: World, card: TestCard, *, customer: str | None) -> Json:
    """Stores the card; with a customer it is theirs from now on."""
    year = datetime.fromtimestamp(world.now(), UTC).year + YEARS_VALID
    return world.store.add(
        {
            "id": ids.new("pm_"),
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": NOBODY,
            "card": {
                "brand": card.brand,
                "checks": CHECKS,
                "country": "US",
                "display_brand": card.brand,
                "exp_month": 12,
                "exp_year": year,
                "fingerprint": ids.new("", 16),
                "funding": "credit",
                "generated_from": None,
                "last4": card.last4 or "0000",
                "networks": {"available": [card.brand], "preferred": None},
                "regulated_status": "unregulated",
                "three_d_secure_usage": {"supported": True},
                "wallet": None,
            },
            "created": world.now(),
            "customer": customer,
            "livemode": False,
            "metadata": {},
            "type": "card",
        }
    )


def attach(world: World, method: Json) -> None:
    """Tells that a card was kept for its customer."""
    events.emit(world, "payment_method.attached", method)


def retrieve(world: World, params: Json, method_id: str) -> Json:
    method = world.store.get("payment_method", method_id)
    return expanded(world.store, method, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = listing.equal(world.store.newest_first("payment_method"), params, "customer", "type")
    return listing.page(world, "/v1/payment_methods", found, params)


def detach(world: World, params: Json, method_id: str) -> Json:
    method = world.store.get("payment_method", method_id)
    method["customer"] = None
    world.store.save(method)
    events.emit(world, "payment_method.detached", method)
    return expanded(world.store, method, params.get("expand", []))

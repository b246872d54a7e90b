"""What a Checkout session sells: one-time prices given with the session (`price_data`)."""

from billing.sandbox import ids
from billing.sandbox.errors import Json, invalid, missing
from billing.sandbox.forms import whole
from billing.sandbox.metadata import checked
from billing.sandbox.world import World

LARGEST_CENTS = 99_999_999  # docs.stripe.com/currencies: eight digits
SMALLEST_CENTS = 50  # docs.stripe.com/currencies: minimum of a charge in USD


def make(world: World, asked: list[Json]) -> list[Json]:
    """The session's items. Raises ApiError for anything but whole cents of USD."""
    if not asked:
        raise missing("line_items")
    return [_item(world, item, f"line_items[{n}]") for n, item in enumerate(asked)]


def total(items: list[Json]) -> int:
    """Cents. Raises ApiError below Stripe's minimum."""
    cents = sum(item["amount_total"] for item in items)
    if cents < SMALLEST_CENTS:
        raise invalid(
            "line_items",
            "The Checkout Session's total amount due must add up to at least $0.50 usd",
            "amount_too_small",
        )
    if cents > LARGEST_CENTS:
        raise invalid("line_items", "The total amount is too large.", "amount_too_large")
    return cents


def _item(world: World, asked: Json, where: str) -> Json:
    price = asked.get("price_data")
    if not price:
        raise missing(f"{where}[price_data]")
    product = price.get("product_data") or {}
    if not product.get("name"):
        raise missing(f"{where}[price_data][product_data][name]")
    currency = _currency(price, where)
    unit = whole(price.get("unit_amount"), f"{where}[price_data][unit_amount]")
    quantity = whole(asked.get("quantity"), f"{where}[quantity]")
    amount = unit * quantity
    return {
        "id": ids.new("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "metadata": checked(asked.get("metadata"), f"{where}[metadata]"),
        "price": _price(world, currency, unit),
        "quantity": quantity,
    }


def _currency(price: Json, where: str) -> str:
    currency = str(price.get("currency", "")).lower()
    if currency != "usd":
        raise invalid(f"{where}[price_data][currency]", "This sandbox knows US dollars only.")
    return currency


def _price(world: World, currency: str, unit: int) -> Json:
    return {
        "id": ids.new("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": world.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": ids.new("prod_", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit,
        "unit_amount_decimal": str(unit),
    }

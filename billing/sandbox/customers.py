"""Customers: to the portal only an opaque id that cards can be kept under."""

from billing.sandbox import events, ids, listing
from billing.sandbox.errors import Json
from billing.sandbox.metadata import checked
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World

TAKEN_AS_GIVEN = ("description", "email", "name", "phone")


def create(world: World, params: Json) -> Json:
    customer = world.store.add(
        {
            "id": ids.new("cus_", 14),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": world.now(),
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "email": None,
            "invoice_prefix": ids.new("", 8).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": checked(params.get("metadata")),
            "name": None,
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
            **{name: params[name] for name in TAKEN_AS_GIVEN if params.get(name)},
        }
    )
    events.emit(world, "customer.created", customer)
    return expanded(world.store, customer, params.get("expand", []))


def retrieve(world: World, params: Json, customer_id: str) -> Json:
    customer = world.store.get("customer", customer_id)
    return expanded(world.store, customer, params.get("expand", []))


def update(world: World, params: Json, customer_id: str) -> Json:
    customer = world.store.get("customer", customer_id)
    for name in TAKEN_AS_GIVEN:
        if name in params:
            customer[name] = params[name] or None
    if "metadata" in params:
        emptied = {key for key, value in (params["metadata"] or {}).items() if value == ""}
        kept = {key: v for key, v in customer["metadata"].items() if key not in emptied}
        customer["metadata"] = {**kept, **checked(params["metadata"])} if params["metadata"] else {}
    world.store.save(customer)
    events.emit(world, "customer.updated", customer)
    return expanded(world.store, customer, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = listing.equal(world.store.newest_first("customer"), params, "email")
    return listing.page(world, "/v1/customers", found, params)

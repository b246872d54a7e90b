"""Webhook endpoints, so that the portal can check that its own is registered."""

from billing.sandbox import listing
from billing.sandbox.errors import Json
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World


def retrieve(world: World, params: Json, endpoint_id: str) -> Json:
    endpoint = world.store.get("webhook_endpoint", endpoint_id)
    return expanded(world.store, endpoint, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    found = world.store.newest_first("webhook_endpoint")
    return listing.page(world, "/v1/webhook_endpoints", found, params)

"""Events: what happened, with a snapshot of the object as it was, and to whom it is told."""

from billing.sandbox import ids, listing
from billing.sandbox.errors import Json, invalid
from billing.sandbox.rendering import expanded, public
from billing.sandbox.switches import matches
from billing.sandbox.world import API_VERSION, World

MAX_TYPES = 20


def emit(world: World, event_type: str, thing: Json) -> Json:
    """Stores the event, and its delivery to every endpoint that wants it."""
    endpoints = [
        endpoint
        for endpoint in world.store.newest_first("webhook_endpoint")
        if endpoint["status"] == "enabled" and _wants(endpoint, event_type)
    ]
    event = world.store.add(
        {
            "id": ids.new("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": world.now(),
            "data": {"object": public(thing)},
            "livemode": False,
            "pending_webhooks": len(endpoints),
            "request": dict(world.cause),
            "type": event_type,
        }
    )
    for _ in endpoints:
        _schedule(world, event)
    return event


def retrieve(world: World, params: Json, event_id: str) -> Json:
    event = world.store.get("event", event_id)
    return expanded(world.store, event, params.get("expand", []))


def search(world: World, params: Json) -> Json:
    """GET /v1/events with `type` or `types`, `created`, `delivery_success` and a cursor."""
    if "type" in params and "types" in params:
        raise invalid("types", "You may pass either `type` or `types`, but not both.")
    wanted = [params["type"]] if "type" in params else params.get("types", ["*"])
    if len(wanted) > MAX_TYPES:
        raise invalid("types", "You may pass up to 20 event types.")
    found = [e for e in world.store.newest_first("event") if matches(e["type"], wanted)]
    if "delivery_success" in params:
        delivered = params["delivery_success"] == "true"
        found = [e for e in found if (e["pending_webhooks"] == 0) == delivered]
    return listing.page(world, "/v1/events", found, params)


def _wants(endpoint: Json, event_type: str) -> bool:
    return matches(event_type, endpoint["enabled_events"])


def _schedule(world: World, event: Json) -> None:
    state = "dropped" if matches(event["type"], world.switches.drop) else "pending"
    copies = 2 if matches(event["type"], world.switches.duplicate) else 1
    due_at = world.clock.precise() + world.switches.delay
    for _ in range(copies):
        world.store.run(
            "INSERT INTO delivery (event, due_at, state) VALUES (?, ?, ?)",
            event["id"],
            due_at,
            state,
        )

"""Lists: newest first, filtered, in pages with a cursor."""

from typing import Any

from billing.sandbox.errors import ApiError, Json, invalid
from billing.sandbox.forms import whole
from billing.sandbox.rendering import expanded
from billing.sandbox.world import World

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
BOUNDS = {
    "gt": int.__gt__,
    "gte": int.__ge__,
    "lt": int.__lt__,
    "lte": int.__le__,
}


def page(world: World, url: str, things: list[Json], params: Json) -> Json:
    """One page of `things`, which stand newest first."""
    limit = _limit(params)
    things = [thing for thing in things if created_within(thing, params.get("created"))]
    if after := params.get("starting_after"):
        things = things[_position(things, after) + 1 :]
        shown, more = things[:limit], len(things) > limit
    elif before := params.get("ending_before"):
        things = things[: _position(things, before)]
        shown, more = things[-limit:], len(things) > limit
    else:
        shown, more = things[:limit], len(things) > limit
    paths = [_inside(path) for path in params.get("expand", [])]
    return {
        "object": "list",
        "url": url,
        "has_more": more,
        "data": [expanded(world.store, thing, paths) for thing in shown],
    }


def created_within(thing: Json, asked: Any) -> bool:
    """`asked` is nothing, a moment, or bounds such as {"gte": "1767225600"}."""
    if asked is None:
        return True
    if isinstance(asked, str):
        return bool(thing["created"] == whole(asked, "created"))
    return all(
        BOUNDS[name](thing["created"], whole(value, f"created[{name}]"))
        for name, value in asked.items()
    )


def equal(things: list[Json], params: Json, *names: str) -> list[Json]:
    """Keeps the things whose field has the asked value, for each name that was asked."""
    asked = {name: params[name] for name in names if name in params}
    return [t for t in things if all(t.get(name) == value for name, value in asked.items())]


def _limit(params: Json) -> int:
    limit = whole(params.get("limit", DEFAULT_LIMIT), "limit")
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid("limit", "Limit must be between 1 and 100.", "parameter_invalid_integer")
    return limit


def _position(things: list[Json], object_id: str) -> int:
    for position, thing in enumerate(things):
        if thing["id"] == object_id:
            return position
    raise ApiError(f"No such object: '{object_id}'", code="resource_missing", before_execution=True)


def _inside(path: str) -> str:
    if not path.startswith("data."):
        raise ApiError(f"This property cannot be expanded ({path}).", before_execution=True)
    return path.removeprefix("data.")

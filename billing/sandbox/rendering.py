"""How a stored object looks outside: without our private fields, expanded where asked."""

from typing import Any

from billing.sandbox.errors import ApiError, Json
from billing.sandbox.store import Store

MAX_DEPTH = 4  # Stripe's own limit of an expansion path


def public(thing: Json) -> Json:
    """Names that begin with an underscore are the sandbox's own notes."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def expanded(store: Store, thing: Json, paths: list[str]) -> Json:
    """Replaces ids by objects along each path, such as `latest_charge.balance_transaction`."""
    answer = public(thing)
    for path in paths:
        steps = path.split(".")
        if len(steps) > MAX_DEPTH:
            raise _not_expandable(path)
        _expand(store, answer, thing, steps, path)
    return answer


def _expand(store: Store, answer: Any, private: Json, steps: list[str], path: str) -> None:
    if not steps:
        return
    name, rest = steps[0], steps[1:]
    if isinstance(answer, list):
        for child in answer:
            _expand(store, child, child, steps, path)
        return
    if f"_{name}" in private:
        answer[name] = private[f"_{name}"]
    if name not in answer or not isinstance(answer[name], str | dict | list | None):
        raise _not_expandable(path)
    if isinstance(answer[name], str):
        found = store.find(answer[name])
        if found is None:
            raise _not_expandable(path)
        answer[name] = public(found)
    if answer[name] is not None:
        _expand(store, answer[name], answer[name], rest, path)


def _not_expandable(path: str) -> ApiError:
    return ApiError(f"This property cannot be expanded ({path}).", before_execution=True)

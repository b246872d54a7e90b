"""Stripe's limits on metadata."""

from billing.sandbox.errors import invalid

MAX_KEYS, MAX_KEY_LENGTH, MAX_VALUE_LENGTH = 50, 40, 500


def checked(given: object, param: str = "metadata") -> dict[str, str]:
    """The metadata to store. Raises ApiError where Stripe would refuse it."""
    if given in (None, ""):
        return {}
    if not isinstance(given, dict):
        raise invalid(param, "Invalid object")
    if len(given) > MAX_KEYS:
        raise invalid(param, "You can store up to 50 keys.")
    for key, value in given.items():
        if len(key) > MAX_KEY_LENGTH:
            raise invalid(f"{param}[{key}]", "Metadata keys have up to 40 characters.")
        if not isinstance(value, str) or len(value) > MAX_VALUE_LENGTH:
            raise invalid(f"{param}[{key}]", "Metadata values have up to 500 characters.")
    return {key: value for key, value in given.items() if value}

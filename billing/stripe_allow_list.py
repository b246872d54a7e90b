"""What may leave for Stripe: known keys with known shapes of value, and nothing else.

Stripe signs no business associate agreement, so no health information and no name may reach it.
A list of what is forbidden can't be complete; a list of what is allowed can. Anything else is
refused before a byte is sent. A refusal never repeats the value, because it may end in a log.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

PRODUCT_NAME = "Professional services"
STATEMENT_SUFFIX = "SERVICES"
LATEST_EXPIRY = 25 * 60 * 60  # seconds ahead; Stripe's own limit is 24 hours

ID = "[A-Za-z0-9]{10,100}"  # the random part of Stripe's ids
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# The words that our return addresses are made of; the rest of their path are random ids.
PATH_WORDS = frozenset({"payments", "return"})


class OutgoingDataRefused(Exception):
    """Something that is not on the allow-list was about to be sent to Stripe."""


class Context(NamedTuple):
    """What a shape may depend on: our own address, and the time in seconds since 1970."""

    portal_url: str
    now: float


Shape = Callable[[str, Context], bool]


def exactly(*values: str) -> Shape:
    return lambda value, _: value in values


def pattern(expression: str) -> Shape:
    compiled = re.compile(expression)
    return lambda value, _: compiled.fullmatch(value) is not None


def stripe_id(prefix: str) -> Shape:
    return pattern(f"{prefix}_{ID}")


def is_uuid(value: str, _: Context) -> bool:
    return UUID.fullmatch(value) is not None


def is_soon(value: str, context: Context) -> bool:
    """An expiry within a day: a time further away could be an appointment's."""
    return bool(re.fullmatch(r"[0-9]{10}", value)) and int(value) <= context.now + LATEST_EXPIRY


def is_our_address(value: str, context: Context) -> bool:
    """One of our own pages, with nothing in its path but known words and random ids."""
    if not value.startswith(f"{context.portal_url}/"):
        return False
    steps = [step for step in value.removeprefix(context.portal_url).split("/") if step]
    return all(step in PATH_WORDS or UUID.fullmatch(step) for step in steps)


CENTS = pattern(r"[1-9][0-9]{0,7}")
MOMENT = pattern(r"[0-9]{10}")
PAGE: dict[str, Shape] = {
    "limit": pattern(r"[0-9]{1,3}"),
    "starting_after": stripe_id("(evt|re)"),
}
REFERENCE: dict[str, Shape] = {"metadata[reference]": is_uuid}
SESSION = "/v1/checkout/sessions/cs_(test|live)_[A-Za-z0-9]{10,200}"
PRICE = "line_items[0][price_data]"


@dataclass(frozen=True)
class Rule:
    """One operation, by method and path, and what may be said in it."""

    method: str
    path: str
    keys: dict[str, Shape]

    def covers(self, method: str, path: str) -> bool:
        return self.method == method and re.fullmatch(self.path, path) is not None


RULES = (
    Rule(
        "POST",
        r"/v1/checkout/sessions",
        {
            "mode": exactly("payment"),
            "ui_mode": exactly("hosted_page"),
            "adaptive_pricing[enabled]": exactly("false"),
            "wallet_options[link][display]": exactly("never"),
            "payment_method_types[0]": exactly("card"),
            "client_reference_id": is_uuid,
            "expires_at": is_soon,
            "success_url": is_our_address,
            "cancel_url": is_our_address,
            "line_items[0][quantity]": exactly("1"),
            f"{PRICE}[currency]": exactly("usd"),
            f"{PRICE}[unit_amount]": CENTS,
            f"{PRICE}[product_data][name]": exactly(PRODUCT_NAME),
            "payment_intent_data[metadata][reference]": is_uuid,
            "payment_intent_data[statement_descriptor_suffix]": exactly(STATEMENT_SUFFIX),
            **REFERENCE,
        },
    ),
    Rule("GET", SESSION, {}),
    Rule("POST", f"{SESSION}/expire", {}),
    Rule(
        "GET",
        f"/v1/payment_intents/pi_{ID}",
        {"expand[0]": exactly("latest_charge.balance_transaction")},
    ),
    Rule(
        "POST",
        r"/v1/refunds",
        {"payment_intent": stripe_id("pi"), "amount": CENTS, **REFERENCE},
    ),
    Rule("GET", r"/v1/refunds", {"payment_intent": stripe_id("pi"), **PAGE}),
    Rule("GET", f"/v1/disputes/(du|dp)_{ID}", {}),
    Rule(
        "GET",
        r"/v1/events",
        {
            **{f"types[{n}]": pattern(r"[a-z_]+(\.[a-z_]+){1,3}") for n in range(20)},
            "created[gte]": MOMENT,
            **PAGE,
        },
    ),
)


def check_request(method: str, url: str, body: str, key: str | None, context: Context) -> None:
    """Raises OutgoingDataRefused unless all of the request is on the list."""
    method, parts = method.upper(), urlsplit(url)
    rule = next((rule for rule in RULES if rule.covers(method, parts.path)), None)
    if rule is None:
        raise OutgoingDataRefused(f"{method}: this operation is not on the allow-list.")
    if key is not None and not UUID.fullmatch(key):
        raise OutgoingDataRefused("An idempotency key has to be a UUID.")
    if parts.query and method == "POST":
        raise OutgoingDataRefused("A POST carries nothing in its address.")
    _check_pairs(rule, parse_qsl(parts.query, keep_blank_values=True), context)
    _check_pairs(rule, parse_qsl(body, keep_blank_values=True), context)


def _check_pairs(rule: Rule, pairs: Iterable[tuple[str, str]], context: Context) -> None:
    for name, value in pairs:
        shape = rule.keys.get(name)
        if shape is None:
            raise OutgoingDataRefused(f"{rule.path}: a key is not on the allow-list.")
        if not shape(value, context):
            raise OutgoingDataRefused(f"{rule.path}: the value of {name} is not allowed.")

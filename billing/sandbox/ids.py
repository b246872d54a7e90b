"""Ids and secrets in Stripe's shapes, so that the portal's patterns meet realistic ones."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def new(prefix: str, length: int = 24) -> str:
    """`new("pi_")` -> "pi_" and random letters and digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def client_secret(object_id: str) -> str:
    return new(f"{object_id}_secret_", 25)

"""What a stored field can be, and the reasons for how long it is kept; see portal.privacy."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    PUBLIC = "shown to anyone"
    INTERNAL = "keys, states, counts and settings; tells of no person by itself"
    CARE = "that somebody is in care, and when: the database compares it, so access protects it"
    TRACE = "points to a person and has to be found or shown: a sign-in address, where from"
    IDENTITY = "says who a person is: encrypted"
    HEALTH = "says how a person is: encrypted"
    MONEY = "amounts and what Stripe names a payment by; never why"
    SECRET = "opens something: hashed, encrypted, or a keyed fingerprint"  # noqa: S105


class Retention(Enum):
    """Why so long: 8 NYCRR 29.2(a)(3) for records of care, 45 CFR 164.316(b)(2) for HIPAA's own."""

    RECORD = (
        "six years after the last service, and a minor's until one year after their 21st birthday"
    )
    SIX_YEARS = "six years after it was made or was last in force"
    WHILE_ACTIVE = "while the account is open, then as long as the record that it belongs to"
    WHILE_IN_USE = "while the practice uses it"
    NEVER_DELETED = "always: without an event the chain of hashes would be broken"
    ONE_DAY = "one day"
    UNTIL_EXPIRED = "until the day that stands on it, fourteen days after it was made"
    ONE_WEEK = "one week after it was last written"
    NINETY_DAYS = "ninety days after it was sent, or was worded if it never went out"


@dataclass(frozen=True)
class Classified:
    kind: Kind
    retention: Retention


def kept(retention: Retention, **fields: str) -> dict[str, Classified]:
    """The fields of one model by kind, each as one text of names."""
    found: dict[str, Classified] = {}
    for kind, names in fields.items():
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} is classified twice")
            found[name] = Classified(Kind[kind.upper()], retention)
    return found

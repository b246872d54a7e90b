"""The mail address that was probably meant: "ada@gmial.con" looks like "ada@gmail.com".

A hint, never a refusal: nobody can know every domain there is.
"""

COMMON = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "hotmail.com",
        "outlook.com",
        "icloud.com",
        "live.com",
        "msn.com",
        "aol.com",
        "me.com",
        "mac.com",
        "proton.me",
        "protonmail.com",
        "fastmail.com",
        "comcast.net",
        "verizon.net",
        "optonline.net",
        "earthlink.net",
    }
)
"""What most people here have, so a near miss of it is most likely a slip."""

REAL = frozenset(
    {"mail.com", "email.com", "ymail.com", "rocketmail.com", "hey.com", "pm.me", "gmx.com"}
)
"""Other providers, some only a letter away from a common one."""

ENDINGS = {
    **dict.fromkeys(
        ("con", "cmo", "ocm", "comm", "coom", "ccom", "vom", "xom", "cim", "cpm"), "com"
    ),
    **dict.fromkeys(("nte", "ent", "ney", "nett", "met"), "net"),
    **dict.fromkeys(("ogr", "rog", "orgg"), "org"),
    **dict.fromkeys(("eud", "deu", "eduu"), "edu"),
}
"""No country's and nobody else's: each can only be a slip."""

CUT_SHORT = {"co": "com", "cm": "com", "om": "com", "ne": "net"}
"""Countries' endings, doubted only behind a common provider's name."""

SHORTEST_NAME = 5  # shorter ones have too many real neighbours: "aol" and "aon"
LONG_NAME = 8
"""From so many letters on, two slips still point at one name."""


def suggestion(address: str) -> str:
    """The address with its domain put right; empty when there is nothing to doubt."""
    local, at, domain = address.rpartition("@")
    meant = _meant(domain.lower())
    return f"{local}{at}{meant}" if at and meant else ""


def _meant(domain: str) -> str:
    name, dot, ending = domain.rpartition(".")
    if not (name and dot) or domain in COMMON | REAL:
        return ""
    if ending in CUT_SHORT:
        return _nearest(name, CUT_SHORT[ending])
    repaired = ENDINGS.get(ending, ending)
    return _nearest(name, repaired) or (f"{name}.{repaired}" if repaired != ending else "")


def _nearest(name: str, ending: str) -> str:
    """The common domain of this ending that the name comes closest to, if it comes close."""
    known = f"{name}.{ending}"
    if known in COMMON | REAL:
        return known
    near = {
        (edit_distance(name, each), each)
        for each in (domain.removesuffix(f".{ending}") for domain in COMMON)
        if "." not in each and len(each) >= SHORTEST_NAME
    }
    slips, nearest = min(near, default=(0, ""))
    allowed = 2 if len(nearest) >= LONG_NAME else 1
    return f"{nearest}.{ending}" if nearest and slips <= allowed else ""


def edit_distance(one: str, other: str) -> int:
    """How many letters were added, left out, changed or swapped with their neighbour."""
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before_last, last, row = last, row, [i]
        for j, b in enumerate(other, start=1):
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                steps = min(steps, before_last[j - 2] + 1)
            row.append(steps)
    return row[-1]

"""What a visitor can be told by: a mail address, its domain, an internet address and its networks.

Each is brought into one spelling, so that two spellings of the same are the same.
"""

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
WIDEST = {4: 8, 6: 16}
"""The shortest prefix of a network that can be named: a shorter one is half of the internet."""
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class Unreadable(ValueError):
    """Not a mail address, domain or network; its text says what to type."""


def mail_address(text: str) -> str:
    """`Ada@Example.COM ` is `ada@example.com`. Raises Unreadable."""
    name, at, host = _folded(text).rpartition("@")
    if not (name and at) or re.search(r"\s", name):
        raise Unreadable("Type a whole mail address, such as name@example.com.")
    return f"{name}@{mail_domain(host)}"


def mail_domain(text: str) -> str:
    """`@Example.com.` is `example.com`, and other letters are written in ASCII."""
    folded = _folded(text).removeprefix("@").rstrip(".")
    try:
        host = folded.encode("idna").decode()
    except UnicodeError:
        host = folded
    labels = host.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels):
        raise Unreadable("Type the part after the @, such as example.com.")
    return host


def network(text: str) -> str:
    """`203.0.113.9/24` is `203.0.113.0/24`; one address is a network of its own."""
    try:
        found = _unmapped(ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise Unreadable(
            "Type an internet address such as 203.0.113.7, or a network such as 203.0.113.0/24."
        ) from error
    widest = WIDEST[found.version]
    if found.prefixlen < widest:
        raise Unreadable(f"This is too much of the internet: /{widest} is the widest possible.")
    return str(found)


def domains_of(email: str) -> list[str]:
    """The domain of a mail address and those that it lies in: `a.example.com`, `example.com`."""
    labels = email.rpartition("@")[2].split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def network_key(text: str) -> str:
    """A network of `network` as it is looked up: version, prefix, and the bits of the prefix."""
    found = ip_network(text)
    return _key(found.network_address, found.prefixlen)


def keys_around(ip: str) -> list[str]:
    """Of every network it lies in that can be named; none for what is no internet address."""
    try:
        address = _plain(ip_address(ip.strip()))
    except ValueError:
        return []
    prefixes = range(WIDEST[address.version], address.max_prefixlen + 1)
    return [_key(address, prefix) for prefix in prefixes]


def _key(address: Address, prefix: int) -> str:
    # Of IPv6 there are 113: shifting is a hundred times quicker than building and writing each.
    return f"{address.version}/{prefix}/{int(address) >> (address.max_prefixlen - prefix):x}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _plain(address: Address) -> Address:
    """An IPv4 address that came in the clothes of IPv6 (`::ffff:203.0.113.7`)."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _unmapped(found: Network) -> Network:
    mapped = _plain(found.network_address)
    if mapped.version == found.version or found.prefixlen < 96:
        return found
    return ip_network((mapped, found.prefixlen - 96), strict=False)

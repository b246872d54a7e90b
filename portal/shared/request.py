"""Where a request came from, as audit events and signatures need it."""

import hashlib
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Source:
    ip: str = ""
    user_agent: str = ""
    session: str = ""
    """First 16 hex digits of the SHA-256 of the session key: tells sessions apart, opens none."""


def client_ip(request: HttpRequest) -> str:
    """The caller's address; proxies are believed only as far as TRUSTED_PROXY_COUNT says."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    count: int = settings.TRUSTED_PROXY_COUNT
    if count and len(forwarded) >= count and forwarded[-count]:
        return forwarded[-count]
    return str(request.META.get("REMOTE_ADDR", ""))


def neighbourhood(ip: str) -> str:
    """Whom limits count as one: an IPv4 address, or the /64 that an IPv6 customer has at least."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if not isinstance(address, IPv6Address):
        return ip
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, 64), strict=False))


def source_of(request: HttpRequest) -> Source:
    key = request.session.session_key or ""
    return Source(
        ip=client_ip(request)[:64],
        user_agent=request.headers.get("User-Agent", "")[:300],
        session=hashlib.sha256(key.encode()).hexdigest()[:16] if key else "",
    )

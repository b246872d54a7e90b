"""The list of a calendar's objects, kept as text: what we know of a server that can't tell more.

It takes the place of the token that other servers give, so it may be long: it is packed.
"""

import json
from base64 import b85decode, b85encode
from zlib import compress, decompress

MARK = "our list: "
"""No server's token begins so: those are URIs (RFC 6578, section 4), and URIs hold no space."""


def is_listing(token: str) -> bool:
    return token.startswith(MARK)


def packed(versions: dict[str, str]) -> str:
    """Addresses with their versions, as a token."""
    return MARK + b85encode(compress(json.dumps(versions).encode())).decode()


def unpacked(token: str) -> dict[str, str]:
    """What was packed; nothing where the token is none of ours."""
    if not is_listing(token):
        return {}
    versions: dict[str, str] = json.loads(decompress(b85decode(token.removeprefix(MARK))))
    return versions

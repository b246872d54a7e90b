"""What a page says, without its tags."""

import re
from html import unescape
from typing import Any


def text_of(response: Any) -> str:
    """Its words in one line, each gap one space wide."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(plain).split())

"""The pages of other calendars as a therapist reads and sends them."""

import re
from html import unescape
from typing import Any

from django.test import Client as Browser

from tests.servers.radicale import PASSWORD, USERNAME, Radicale

HOME = "/therapist/calendars/"


def text(answer: Any) -> str:
    """What a reader sees, and the inputs with what stands in them."""
    without_tags = re.sub(r"<(?!input)[^>]*>", " ", answer.content.decode())
    return " ".join(unescape(without_tags).split())


def page(therapist: Browser, path: str = HOME) -> str:
    return text(therapist.get(path))


def post(therapist: Browser, path: str, **values: Any) -> str:
    return text(therapist.post(path, values, follow=True))


def connect(therapist: Browser, radicale: Radicale, **values: str) -> Any:
    given = {"server_url": radicale.url, "username": USERNAME, "password": PASSWORD} | values
    return therapist.post(f"{HOME}connect/", given)

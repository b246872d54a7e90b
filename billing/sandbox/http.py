"""Requests and responses, as much of HTTP as the sandbox needs."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from billing.sandbox.errors import Json

LARGEST_BODY = 1_000_000  # bytes


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]

    @classmethod
    def read(cls, environ: dict[str, Any]) -> "Request":
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LARGEST_BODY)
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        }
        return cls(
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "/"),
            query=environ.get("QUERY_STRING", ""),
            body=environ["wsgi.input"].read(length).decode(errors="replace"),
            headers=headers,
        )

    def fields(self) -> dict[str, str]:
        """The fields of a plain HTML form."""
        return dict(parse_qsl(self.body, keep_blank_values=True))

    def asked(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class ConnectionLost(ConnectionAbortedError):
    """Closes the connection without an answer; wsgiref gives up quietly on this class."""


def as_json(body: Json | list, status: int = 200, **headers: str) -> Response:
    encoded = json.dumps(body, indent=2).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, encoded, {"Content-Type": "application/json", **named})


def redirect(url: str) -> Response:
    return Response(303, headers={"Location": url, "Cache-Control": "no-store"})

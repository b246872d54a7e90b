"""Hosted pages from the files in `pages/`. Every value is escaped before it goes in."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from billing.sandbox.http import Response

FOLDER = Path(__file__).parent / "pages"


class Markup(str):
    """HTML that is already safe to put into a page."""

    __slots__ = ()


@cache
def template(name: str) -> Template:
    return Template((FOLDER / name).read_text(encoding="utf-8"))


def fill(file: str, /, **values: object) -> Markup:
    """One file with its `$names` filled in. Raises KeyError on one that is not given."""
    safe = {
        key: value if isinstance(value, Markup) else escape(str(value))
        for key, value in values.items()
    }
    return Markup(template(file).substitute(safe))


def joined(pieces: list[Markup]) -> Markup:
    return Markup("\n".join(pieces))


def page(title: str, content: Markup, *, status: int = 200, leads_to: str = "") -> Response:
    """A whole page. `leads_to` is a URL that a form on it may be redirected to."""
    body = fill("base.html", title=title, content=content)
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
        f" form-action 'self' {_origin(leads_to)}"
    )
    return Response(
        status,
        body.encode(),
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy.strip(),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


def not_found() -> Response:
    content = fill("closed.html", title="Not found", text="There is no such page.", links="")
    return page("Not found", content, status=404)


def stylesheet() -> Response:
    body = (FOLDER / "style.css").read_bytes()
    return Response(200, body, {"Content-Type": "text/css; charset=utf-8"})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

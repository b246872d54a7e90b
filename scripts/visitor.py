"""Somebody with a browser without JavaScript: cookies, redirects, forms. Standard library only."""

import http.client
import json
from dataclasses import dataclass
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from scripts import html_page
from scripts.html_page import Control, Form, Node, NotOnPage

LONGEST_CHAIN = 10  # redirects


@dataclass
class Page:
    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @cached_property
    def root(self) -> Node:
        return html_page.parse(self.text)

    @cached_property
    def forms(self) -> list[Form]:
        return html_page.forms_of(self.root)

    @property
    def words(self) -> str:
        """What a person reads."""
        return self.root.text

    @property
    def title(self) -> str:
        return next((node.text for node in self.root.find_all("title")), "")

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self, *names: str, action: str = "") -> Form:
        """The form that has all these fields and whose address contains `action`."""
        for form in self.forms:
            if form.names >= set(names) and action in form.action:
                return form
        raise NotOnPage(f"{self.url}: no form with {names} {action!r} among {self._told()}")

    def link(self, text: str = "", *, to: str = "") -> str:
        """The address of the first link with these words that leads there."""
        for node in self.root.find_all("a"):
            if text.lower() in node.text.lower() and to in node.get("href"):
                return urljoin(self.url, node.get("href"))
        raise NotOnPage(f"{self.url}: no link {text!r} to {to!r}")

    def _told(self) -> list[tuple[str, list[str]]]:
        return [(form.action, sorted(form.names)) for form in self.forms]


class Visitor:
    """Keeps its cookies for each host and follows redirects, as a browser does."""

    def __init__(self, base: str, *, timeout: float = 30) -> None:
        self.base, self.timeout = base, timeout
        self.cookies: dict[str, dict[str, str]] = {}

    def get(self, address: str) -> Page:
        return self._follow("GET", urljoin(self.base, address), None)

    def post(self, address: str, values: dict[str, Any], *, referer: str = "") -> Page:
        body = urlencode(values, doseq=True).encode()
        return self._follow("POST", urljoin(self.base, address), body, referer)

    def submit(
        self, page: Page, form: Form, values: dict[str, Any], *, button: Control | None = None
    ) -> Page:
        """Send the form as the page has it, with these fields filled in and this button pressed."""
        sent = {**form.values(), **{k: v for k, v in values.items() if v is not None}}
        pressed = button or next(iter(form.buttons), None)
        if pressed is not None and pressed.name:
            sent[pressed.name] = [pressed.value]
        action = (pressed.node.get("formaction") if pressed else "") or form.action
        address = urljoin(page.url, action)
        if form.method == "post":
            return self.post(address, sent, referer=page.url)
        bare = address.partition("?")[0]
        return self.get(f"{bare}?{urlencode(sent, doseq=True)}")

    def request(self, method: str, url: str, body: bytes | None = None, referer: str = "") -> Page:
        """One request and its answer, redirects not followed."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=self.timeout
        )
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(
                method, target or "/", body, self._headers(parts.netloc, body, referer)
            )
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self._keep_cookies(parts.netloc, answer)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Page(url, answer.status, headers, content)

    def cookie(self, name: str) -> str:
        return self.cookies.get(urlsplit(self.base).netloc, {}).get(name, "")

    def _follow(self, method: str, url: str, body: bytes | None, referer: str = "") -> Page:
        for _ in range(LONGEST_CHAIN):
            page = self.request(method, url, body, referer)
            if page.status not in (301, 302, 303, 307, 308):
                return page
            if page.status in (301, 302, 303):
                method, body = "GET", None
            url, referer = urljoin(url, page.headers["location"]), url
        raise NotOnPage(f"more than {LONGEST_CHAIN} redirects, last to {url}")

    def _headers(self, netloc: str, body: bytes | None, referer: str) -> dict[str, str]:
        jar = self.cookies.get(netloc, {})
        headers = {"Accept": "text/html", "User-Agent": "PracticePortalDemo"}
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if referer:
            headers["Referer"] = referer
        return headers

    def _keep_cookies(self, netloc: str, answer: http.client.HTTPResponse) -> None:
        jar = self.cookies.setdefault(netloc, {})
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value

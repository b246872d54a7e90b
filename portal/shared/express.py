"""A short way for addresses that know no session, no person and no form.

Everything between `SecurityMiddleware` (transport, content type, referrer) and the view is there
for pages: sessions, sign-in, CSRF, CSP, messages. A read-only answer for programs needs none of
it and should not pay for it. `request.user` and `request.session` do not exist there, so a view
that asked for them would fail in its first test.
"""

from collections.abc import Callable
from functools import cached_property

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

View = Callable[..., HttpResponseBase]


def express(view: View) -> View:
    """Marks a public, read-only view whose address holds no parameter."""
    view.is_express = True  # type: ignore[attr-defined]
    return view


def express_views() -> dict[str, View]:
    """Every marked view by its path."""
    found: dict[str, View] = {}
    _collect("/", get_resolver(), found)
    return found


def _collect(prefix: str, resolver: URLResolver, found: dict[str, View]) -> None:
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLPattern) and getattr(each.callback, "is_express", False):
            found[path] = each.callback
        elif isinstance(each, URLResolver):
            _collect(path, each, found)


class ExpressMiddleware:
    """Answers the marked addresses; everything else goes on."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    @cached_property
    def views(self) -> dict[str, View]:
        return express_views()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.views.get(request.path_info, self.get_response)(request)

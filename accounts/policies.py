"""Who may call a view. Every view carries exactly one of these decorators.

A test walks all URLs and fails on a view without a policy. A person in the wrong role gets
404: a page that is not theirs does not exist for them. What is behind a sign-in is kept by no
cache, so that nobody finds it with the back button after the sign-out.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from accounts.models import Role

View = Callable[..., HttpResponseBase]


def _open(name: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        opened: Any = login_not_required(view)
        opened.policy = name
        return opened

    return decorate


def _roles(name: str, *roles: Role) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if roles and getattr(request.user, "role", None) not in roles:
                raise Http404
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response

        guarded.policy = name  # type: ignore[attr-defined]
        return guarded

    return decorate


public = _open("public")
"""Anyone, signed in or not."""
machine = _open("machine")
"""Called by a program that proves itself in its own way (a signature, a token)."""
signed_in = _roles("signed_in")
client_only = _roles("client_only", Role.CLIENT)
guardian_only = _roles("guardian_only", Role.GUARDIAN)
therapist_only = _roles("therapist_only", Role.THERAPIST)
billing_admin_only = _roles("billing_admin_only", Role.BILLING_ADMIN)
staff_only = _roles("staff_only", Role.THERAPIST, Role.BILLING_ADMIN)
superuser_only = _roles("superuser_only", Role.SUPERUSER)

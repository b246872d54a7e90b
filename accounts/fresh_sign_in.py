"""Changes to how one signs in ask again who it is, unless they signed in just now.

allauth counts neither a sign-in as such a proof nor asks people without a password at all, so a
person without one could loop or pass unasked; this module decides for both.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import urlencode

View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Proved who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds, by any method."""
    records = _records(request)
    if not records:
        return False
    return time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    return get_authentication_records(request, request.user)


def freshly_signed_in(view: View) -> View:
    """Send a person whose sign-in is older to prove themselves, and back here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        methods = get_adapter().get_reauthentication_methods(request.user)
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{methods[0]['url']}?{query}")

    guarded.never_park = True  # type: ignore[attr-defined]
    return guarded

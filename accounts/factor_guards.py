"""Guards around allauth's pages of the second factor."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

View = Callable[..., HttpResponseBase]


def keeps_a_factor(view: View) -> View:
    """allauth asks `can_delete_authenticator` for the app but not for passkeys; we do for both."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        authenticator = get_object_or_404(Authenticator, pk=pk, user=request.user)
        adapter = get_adapter()
        if adapter.can_delete_authenticator(authenticator):
            return view(request, pk=pk, **kwargs)
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("accounts:security")

    return guarded


def never_parked(view: View) -> View:
    """What is typed here is secret: it is not kept when the session has ended."""

    @wraps(view)
    def unparked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    unparked.never_park = True  # type: ignore[attr-defined]
    return unparked

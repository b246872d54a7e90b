"""A form that comes too late, after the session or with the token of an older sign-in, is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import rate_limit
from accounts.models import User
from accounts.services import parked
from portal.shared.clock import utc_now
from portal.shared.request import client_ip

LIMIT = (20, 3600)  # forms an hour from one address
MOST_BYTES = 512 * 1024


def keep_words(request: HttpRequest, *, user_id: int | None) -> str | None:
    """Keep what was posted; the address of the page that gives it back, or None if it can't be."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return None
    now = utc_now()
    try:
        rate_limit.check(f"park:{client_ip(request)}", *LIMIT, now=now)
    except rate_limit.TooMany:
        return None
    form = parked.park(
        user_id=user_id, path=request.get_full_path(), posted=request.POST.lists(), now=now
    )
    own_ids = request.session.get(parked.OWN_IDS, [])
    request.session[parked.OWN_IDS] = [*own_ids, str(form.public_id)][-10:]
    return reverse("accounts:kept", args=[form.public_id])


def offer_again(request: HttpRequest) -> HttpResponse | None:
    """For the CSRF failure view: the page was older than the last sign-in, and the same person's.

    A form from another site comes with another origin, or with no session, and is refused.
    """
    user, match = request.user, request.resolver_match
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if request.method != "POST" or not isinstance(user, User) or not is_ours:
        return None
    if match is None or getattr(match.func, "never_park", False) or is_script(request):
        return None
    kept = keep_words(request, user_id=user.pk)
    return redirect(kept) if kept else None


def is_script(request: HttpRequest) -> bool:
    """Asked by htmx or fetch: a redirect would put the sign-in page into the page."""
    return (
        request.headers.get("HX-Request") == "true"
        or request.headers.get("X-Requested-With") in ("fetch", "XMLHttpRequest")
        or request.headers.get("Accept", "").startswith("application/json")
    )

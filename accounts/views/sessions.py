"""Where one is signed in; staying signed in; and words that were kept when a session ended."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import session_limits
from accounts.guards import current_user
from accounts.policies import signed_in
from accounts.services import parked, user_sessions
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@signed_in
def signed_in_places(request: HttpRequest) -> HttpResponse:
    user, key = current_user(request), request.session.session_key
    if request.method == "POST":
        handle = request.POST.get("handle") or None
        count = user_sessions.end(
            user=user, handle=handle, keep=key, source=source_of(request), now=utc_now()
        )
        messages.success(request, _ended_text(count))
        return redirect("usersessions_list")
    places = user_sessions.list_sessions(user=user, current_key=key, now=utc_now())
    return render(request, "usersessions/usersession_list.html", {"places": places})


def _ended_text(count: int) -> str:
    if count == 0:
        return "There was nothing to end: you are signed in only here."
    return "Done. That browser is signed out." if count == 1 else f"Done. {count} are signed out."


@signed_in
@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Somebody is there: the middleware has noted it; say how long it lasts now."""
    user = current_user(request)
    limits = session_limits.limits(request.session, is_staff=user.is_staff, now=utc_now())
    return JsonResponse({"seconds_left": limits.seconds_left})


@signed_in
def kept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """We kept what you typed: send it on with one click, or throw it away."""
    user = current_user(request)
    own = request.session.get(parked.OWN_IDS, [])
    form = parked.get_kept(public_id, user=user, own_ids=own, now=utc_now())
    if form is None:
        raise Http404
    if request.method == "POST":
        parked.forget(public_id=public_id, user=user)
        messages.success(request, "Thrown away. Nothing was sent.")
        return redirect("journeys:home_by_role")
    return render(request, "accounts/kept.html", {"kept": form, "typed": parked.readable(form)})


kept.never_park = True  # type: ignore[attr-defined]

"""Sessions end after idle time and after twelve hours; staff need a second factor."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import session_limits
from accounts.models import User
from accounts.second_factors import has_second_factor
from accounts.services import parked
from accounts.stale_forms import is_script, keep_words
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import client_ip, source_of

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]


class SessionLimitMiddleware:
    """Ends sessions on the server, and keeps what arrives after the end."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _enforce(request, now=utc_now())
        response = self.get_response(request)
        _note_sign_in(request)
        _forget_sent_form(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Runs after the CSRF check and before LoginRequiredMiddleware."""
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if is_script(request):
            return _sign_in_again(request)
        if request.method == "POST" and not getattr(view, "never_park", False):
            kept = keep_words(request, user_id=request.session.get(session_limits.ENDED_USER))
            return redirect_to_login(kept) if kept else None
        return None


def _enforce(request: HttpRequest, *, now: datetime) -> None:
    user, session = request.user, request.session
    if not isinstance(user, User):
        return
    reason = session_limits.why_ended(session, is_staff=user.is_staff, now=now)
    if reason is not None:
        _end(request, user, reason, now=now)
        return
    if _shows_a_person(request) and session_limits.is_due_to_write(session, now=now):
        session.setdefault(session_limits.STARTED, now.timestamp())
        session[session_limits.SEEN] = now.timestamp()
        _touch(request, now=now)
    request.session_limits = session_limits.limits(  # type: ignore[attr-defined]
        session, is_staff=user.is_staff, now=now
    )


def _shows_a_person(request: HttpRequest) -> bool:
    """A script that only asks may be polling on an empty chair; session.js tells of real hands."""
    return request.method == "POST" or not is_script(request)


def _touch(request: HttpRequest, *, now: datetime) -> None:
    ip = client_ip(request)
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=now, **({"ip": ip} if ip else {})
    )


def _end(request: HttpRequest, user: User, reason: str, *, now: datetime) -> None:
    """Nothing of the session is left but whose it was, so that typed words find their owner."""
    audit.record(
        action="session.end",
        by=user,
        obj=user,
        source=source_of(request),
        detail={"reason": reason},
        now=now,
    )
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    request.session[session_limits.ENDED_USER] = user.pk
    request.user = AnonymousUser()


def _note_sign_in(request: HttpRequest) -> None:
    """Whatever signed a person in, their time counts from then on."""
    session = request.session
    if not session.accessed or session_limits.STARTED in session:
        return
    if request.user.is_authenticated:
        session_limits.begin(session, now=utc_now())


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    """The page keeps the text and says that the session ended."""
    return JsonResponse(
        {"error": "signed_out", "sign_in": reverse(settings.LOGIN_URL)},
        status=401,
        headers={"HX-Trigger": "session:ended", "HX-Reswap": "none", "Cache-Control": "no-store"},
    )


def _forget_sent_form(request: HttpRequest, response: HttpResponse) -> None:
    """A kept form that was sent on and answered is not needed any more."""
    if request.method != "POST" or response.status_code >= 400:
        return
    public_id = request.POST.get("parked_form")
    if public_id and isinstance(request.user, User):
        parked.forget(public_id=public_id, user=request.user)


class SecondFactorMiddleware:
    """Staff go nowhere before they have a second factor."""

    # Enrolment, proving oneself again on the way to it, and signing out.
    OPEN = frozenset(
        {
            "accounts:second_factor",
            "accounts:keep_alive",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "account_reauthenticate",
            "account_reauthenticate_code",
            "account_logout",
            "healthz",
            "readyz",
        }
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not user.is_staff:
            return None
        if (match and match.view_name in self.OPEN) or has_second_factor(user):
            return None
        if is_script(request):
            return JsonResponse({"error": "second_factor_needed"}, status=403)
        return redirect("accounts:second_factor")

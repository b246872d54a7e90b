"""One door: a person types their address, then the code that we send to it.

Nothing here depends on whether the address is known, neither the page, nor the time it takes,
nor the limits, so nobody can find out who is a client.
"""

from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import codes, rate_limit, session_limits
from accounts.forms import CodeForm, EmailForm, PasswordSignInForm, doubted
from accounts.policies import public
from accounts.services import sign_in
from accounts.views.too_many import too_many
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.encryption.crypto import blind_index
from portal.shared.request import client_ip, neighbourhood, source_of

PURPOSE = "sign-in"
MINUTES = int(codes.LIFETIME.total_seconds() // 60)
# Limits on asking for a code: for one caller, for one caller and address, for one address.
PER_CALLER = (30, 600)
PER_CALLER_AND_ADDRESS = (5, 900)
PER_ADDRESS = (20, 3600)


@public
@never_cache
def door(request: HttpRequest) -> HttpResponse:
    """Ask for the address; the same answer to every address."""
    if request.user.is_authenticated:
        return redirect(safe_next(request) or "journeys:home_by_role")
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "account/login.html", _door_context(request, form))
    meant = doubted(form)
    if meant:
        context = {**_door_context(request, form), "meant": meant}
        return render(request, "account/login.html", context)
    email, now = form.cleaned_data["email"], utc_now()
    try:
        check_limits(request, email, now=now)
    except rate_limit.TooMany as error:
        return too_many(request, error.retry_after)
    _send(request, email, next_url=safe_next(request), now=now)
    return redirect("account_confirm_login_code")


def _is_trapped(request: HttpRequest) -> bool:
    """A field that no person sees was filled in: the same page, and no mail to anybody."""
    return bool(request.POST.get("website"))


def _door_context(request: HttpRequest, form: EmailForm) -> dict[str, Any]:
    return {
        "form": form,
        "next_url": safe_next(request),
        "was_signed_out": session_limits.ENDED_USER in request.session,
        "password_url": with_next(reverse("account_login_password"), safe_next(request)),
    }


def check_limits(request: HttpRequest, email: str, *, now: datetime) -> None:
    ip = neighbourhood(client_ip(request))
    rate_limit.check(f"door:{ip}", *PER_CALLER, now=now)
    rate_limit.check(f"door:{ip}:{email}", *PER_CALLER_AND_ADDRESS, now=now)
    rate_limit.check(f"door-address:{email}", *PER_ADDRESS, now=now)


def _send(request: HttpRequest, email: str, *, next_url: str, now: datetime) -> None:
    code = codes.start(request.session, purpose=PURPOSE, email=email, now=now, next_url=next_url)
    if not _is_trapped(request):
        sign_in.send_code(email=email, code=code, minutes=MINUTES, now=now)


@public
@never_cache
@sensitive_post_parameters("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code; "send" asks for a new one to the same address."""
    now = utc_now()
    waiting = codes.waiting(request.session, purpose=PURPOSE, now=now)
    if request.user.is_authenticated or waiting is None:
        return redirect("account_login")
    if request.POST.get("action") == "send":
        return _send_again(request, waiting, now=now)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        response = _try_code(request, form, now=now)
        if response is not None:
            return response
    context = {"form": form, "email": waiting.email, "minutes": MINUTES}
    context["other_url"] = with_next(reverse("account_login"), waiting.next_url)
    return render(request, "account/confirm_login_code.html", context)


def _send_again(request: HttpRequest, waiting: codes.Waiting, *, now: datetime) -> HttpResponse:
    try:
        check_limits(request, waiting.email, now=now)
    except rate_limit.TooMany as error:
        return too_many(request, error.retry_after)
    _send(request, waiting.email, next_url=waiting.next_url, now=now)
    return redirect(f"{reverse('account_confirm_login_code')}?sent=1")


def _try_code(request: HttpRequest, form: CodeForm, *, now: datetime) -> HttpResponse | None:
    """The way on, or None when the form says what was wrong."""
    waiting = codes.waiting(request.session, purpose=PURPOSE, now=now)
    try:
        proved = codes.check(
            request.session, purpose=PURPOSE, typed=form.cleaned_data["code"], now=now
        )
    except codes.WrongCode as error:
        _record_failure(request, waiting, now=now)
        form.add_error("code", wrong_code_text(error.tries_left))
        return None
    except codes.CodeEnded:
        _record_failure(request, waiting, now=now)
        return render(
            request, "account/code_ended.html", {"next_url": waiting and waiting.next_url}
        )
    return _sign_in(request, proved, now=now)


def wrong_code_text(tries_left: int) -> str:
    tries = "one more try" if tries_left == 1 else f"{tries_left} more tries"
    return f"This is not the code. Look for the newest mail; you have {tries}."


def _sign_in(request: HttpRequest, proved: codes.Waiting, *, now: datetime) -> HttpResponse:
    user = sign_in.account_of(email=proved.email, source=source_of(request), now=now)
    record_authentication(request, user, method="code", email=user.email)
    response: HttpResponse = perform_login(
        request, user, email=user.email, redirect_url=proved.next_url or None
    )
    return response


def _record_failure(request: HttpRequest, waiting: codes.Waiting | None, *, now: datetime) -> None:
    address = blind_index(waiting.email, purpose="audit-address")[:16] if waiting else ""
    audit.record(
        action="sign_in.fail",
        by=None,
        source=source_of(request),
        detail={"method": "code", "address": address},
        now=now,
    )


@public
@never_cache
@sensitive_post_parameters("password")
def with_password(request: HttpRequest) -> HttpResponse:
    """For those who chose a password."""
    if request.user.is_authenticated:
        return redirect(safe_next(request) or "journeys:home_by_role")
    form = PasswordSignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        login = Login(user=form.user, email=email, redirect_url=safe_next(request) or None)
        return perform_password_login(request, {"email": email}, login)
    context = {"form": form, "next_url": safe_next(request)}
    if form.is_bound:
        context["meant"] = doubted(form)
    context["code_url"] = with_next(reverse("account_login"), safe_next(request))
    return render(request, "account/login_password.html", context)


@public
def sign_up(request: HttpRequest) -> HttpResponse:
    """There is one door; this address exists because allauth's own pages link to it."""
    return HttpResponseRedirect(with_next(reverse("account_login"), safe_next(request)))


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards, if it lies on this site; else an empty text."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url.startswith("/") and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_safe else ""


def with_next(url: str, next_url: str) -> str:
    return f"{url}?{urlencode({'next': next_url})}" if next_url else url


# Addresses, codes and passwords are typed here: nothing of it is kept for later.
for _view in (door, enter_code, with_password):
    _view.never_park = True  # type: ignore[attr-defined]

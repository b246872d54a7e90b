"""Prove again who you are by a code that we mail, for those without a second factor."""

from datetime import datetime

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from accounts import codes, rate_limit
from accounts.forms import CodeForm
from accounts.guards import current_user
from accounts.policies import signed_in
from accounts.second_factors import has_second_factor
from accounts.services import sign_in
from accounts.views.sign_in import MINUTES, check_limits, safe_next, with_next, wrong_code_text
from accounts.views.too_many import too_many
from portal.shared.clock import utc_now

PURPOSE = "confirm"


@signed_in
@sensitive_post_parameters("code")
def confirm_by_code(request: HttpRequest) -> HttpResponse:
    """Send a code when asked to, take it, and go on to `next`."""
    user, now = current_user(request), utc_now()
    if has_second_factor(user):
        return redirect(with_next(reverse("mfa_reauthenticate"), safe_next(request)))
    if request.POST.get("action") == "send":
        return _send(request, now=now)
    waiting = codes.waiting(request.session, purpose=PURPOSE, now=now)
    if waiting is None:
        context = {"next_url": safe_next(request), "has_password": user.has_usable_password()}
        return render(request, "account/reauthenticate_code.html", context)
    return _take(request, waiting, now=now)


def _send(request: HttpRequest, *, now: datetime) -> HttpResponse:
    user = current_user(request)
    try:
        check_limits(request, user.email, now=now)
    except rate_limit.TooMany as error:
        return too_many(request, error.retry_after)
    code = codes.start(
        request.session, purpose=PURPOSE, email=user.email, now=now, next_url=safe_next(request)
    )
    sign_in.send_confirmation_code(user=user, code=code, minutes=MINUTES, now=now)
    return redirect("account_reauthenticate_code")


def _take(request: HttpRequest, waiting: codes.Waiting, *, now: datetime) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proved = codes.check(
                request.session, purpose=PURPOSE, typed=form.cleaned_data["code"], now=now
            )
        except codes.WrongCode as error:
            form.add_error("code", wrong_code_text(error.tries_left))
        except codes.CodeEnded:
            context = {"next_url": waiting.next_url, "has_ended": True}
            return render(request, "account/reauthenticate_code.html", context)
        else:
            return _confirmed(request, proved)
    context = {"form": form, "email": waiting.email, "minutes": MINUTES, "next_url": ""}
    return render(request, "account/reauthenticate_code.html", context)


def _confirmed(request: HttpRequest, proved: codes.Waiting) -> HttpResponse:
    user = current_user(request)
    if proved.email == user.email:  # the address was not changed meanwhile
        record_authentication(request, user, method="code", email=user.email, reauthenticated=True)
    return redirect(proved.next_url or "accounts:security")


confirm_by_code.never_park = True  # type: ignore[attr-defined]

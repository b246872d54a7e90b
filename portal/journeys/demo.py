"""The demo's shortcuts: sign in with one click, read the mails that were sent.

They exist only with DEMO=1 and only for someone at this very machine; `check` refuses DEMO
together with an address that others can reach.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import login
from django.core.checks import CheckMessage, Error, register
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.policies import public
from portal.journeys import demo_practice
from portal.shared.models import MailMessage

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


@dataclass(frozen=True)
class Person:
    key: str
    email: str
    title: str
    what: str


PEOPLE = (
    Person("client", demo_practice.CLIENT_EMAIL, "Client", "books, fills in, signs, pays"),
    Person(
        "therapist", demo_practice.THERAPIST_EMAIL, "Therapist", "runs the week, reads the intake"
    ),
    Person("billing", demo_practice.BILLING_EMAIL, "Billing admin", "charges, payments, refunds"),
    Person(
        "technical",
        demo_practice.SUPERUSER_EMAIL,
        "Technical superuser",
        "sees whether all runs, and nobody’s record",
    ),
)


@register("security")
def check_demo_is_local(app_configs: Any, **_: Any) -> list[CheckMessage]:
    reachable = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK_NAMES]
    if settings.DEMO and (reachable or not _portal_is_local()):
        return [
            Error("DEMO=1 is only for this machine: no other host may be allowed.", id="demo.E1")
        ]
    return []


def demo_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (settings.DEMO and _portal_is_local() and _is_local(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _portal_is_local() -> bool:
    # A proxy on this machine that forgets X-Forwarded-For makes every visitor look local.
    return urlsplit(settings.PORTAL_URL).hostname in LOOPBACK_NAMES


def _is_local(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback and "X-Forwarded-For" not in request.headers


@public
@demo_only
def demo(request: HttpRequest) -> HttpResponse:
    return render(request, "journeys/demo.html", {"people": PEOPLE})


@public
@demo_only
@require_POST
def demo_sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the demo's people, second factor included."""
    person = next((one for one in PEOPLE if one.key == key), None)
    if person is None:
        raise Http404
    user = get_object_or_404(User, email=person.email)
    if user.is_staff and not user.authenticator_set.exists():  # type: ignore[attr-defined]
        TOTP.activate(user, generate_totp_secret())
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, method="demo")
    if user.is_staff:
        record_authentication(request, user, method="mfa", type=Authenticator.Type.TOTP)
    return redirect(settings.LOGIN_REDIRECT_URL)


@public
@demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "journeys/mailbox.html", {"mails": MailMessage.objects.all()[:50]})


@public
@demo_only
def mailbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(MailMessage, pk=pk)
    return render(request, "journeys/mailbox_message.html", {"mail": mail})

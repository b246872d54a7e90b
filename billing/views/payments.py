"""The client's payments: what was charged, paying by card, and what became of it."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice
from accounts.policies import client_only
from billing import card_notice, wording
from billing.forms import CardNoticeForm
from billing.models import Charge, Payment, PaymentState
from billing.services import checkout, settlement, statement
from billing.stripe_gateway import StripeRefused, StripeUnavailable
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of


class SeeOther(HttpResponseRedirect):
    """303: the browser follows with a GET, to Stripe's page too."""

    status_code = 303


def client_of(request: HttpRequest) -> Client:
    """The signed-in client; 404 for an account without one."""
    client = find_client_of(current_user(request))
    if client is None:
        raise Http404
    return client


def own_charge(request: HttpRequest, charge_id: UUID) -> Charge:
    """A charge of the signed-in client, with its balance; anybody else's does not exist."""
    charges = Charge.objects.of(client_of(request)).shown_to_client().with_balance()
    charge = charges.select_related("appointment").filter(public_id=charge_id).first()
    if charge is None:
        raise Http404
    return charge


def own_payment(request: HttpRequest, payment_id: UUID) -> Payment:
    payments = Payment.objects.of(client_of(request)).select_related("charge__appointment")
    payment = payments.filter(public_id=payment_id).first()
    if payment is None:
        raise Http404
    return payment


@client_only
@never_cache
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    of_client = statement.of(client_of(request))
    return render(request, "billing/payments.html", {"statement": of_client})


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """The card notice and its own box; a POST goes on to Stripe's page."""
    charge = own_charge(request, charge_id)
    if charge.balance_cents <= 0:
        return SeeOther(reverse("billing:payments"))
    if not checkout.is_offered(charge.balance_cents):
        messages.info(request, "This can’t be paid by card. Please pay it after the session.")
        return SeeOther(reverse("billing:payments"))
    form = CardNoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _go_and_pay(request, charge, form.cleaned_data["version"])
    status = 422 if form.errors else 200
    return render(request, "billing/pay.html", _pay_page(charge, form), status=status)


def _go_and_pay(request: HttpRequest, charge: Charge, version: str) -> HttpResponse:
    try:
        payment = checkout.start(
            charge=charge,
            notice_version=version,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except (checkout.NothingOwed, checkout.CardNotOffered):
        return SeeOther(reverse("billing:payments"))
    except (StripeUnavailable, StripeRefused):
        context = _pay_page(charge, CardNoticeForm())
        return render(request, "billing/pay_later.html", context, status=503)
    return SeeOther(payment.checkout_url)


def _pay_page(charge: Charge, form: CardNoticeForm) -> dict[str, Any]:
    zone = Practice.get().zone
    return {
        "form": form,
        "charge_id": charge.public_id,
        "title": statement.title_of(charge, zone),
        "amount": format_usd(charge.balance_cents),
        "notice": card_notice,
        "open_until": _open_until(charge, zone),
    }


def _open_until(charge: Charge, zone: ZoneInfo) -> str:
    """Until when a page that was opened before can be used; empty without one."""
    begun = checkout.open_payment(charge)
    ends_at = begun.session_ends_at if begun else None
    return wording.clock_time(ends_at, zone) if ends_at and ends_at > utc_now() else ""


@client_only
@never_cache
@require_GET
def payment_return(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where Stripe sends people back to. It believes nothing that it was sent, and asks Stripe."""
    payment = own_payment(request, payment_id)
    outcome = _outcome(request, payment)
    template = "billing/payment_return.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#outcome"
    zone = Practice.get().zone
    context = {
        "payment_id": payment.public_id,
        "charge_id": payment.charge.public_id,
        "outcome": outcome,
        "amount": format_usd(payment.amount_cents),
        "title": statement.title_of(payment.charge, zone),
        "card": wording.paid_with(payment.method, payment.card_brand, payment.card_last4),
        "receipt": getattr(payment, "receipt", None),
    }
    return render(request, template, context)


def _outcome(request: HttpRequest, payment: Payment) -> str:
    """paid, open, expired, attention, or checking while Stripe does not answer."""
    try:
        settlement.settle(
            payment=payment,
            now=utc_now(),
            by=current_user(request),
            source=source_of(request),
        )
    except (StripeUnavailable, StripeRefused):
        return "checking"
    if payment.state == PaymentState.NEEDS_ATTENTION:
        return "attention"
    return "open" if payment.state == PaymentState.PENDING else str(payment.state)

"""What the billing admin does: each act is a page of its own that says what will happen."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import billing_admin_only
from billing.forms import DeskPaymentForm, ReasonForm, RefundForm
from billing.models import BillingTask, Charge, Payment, PaymentMethod
from billing.services import attention, desk_payments, refunds, settlement
from billing.services import charges as charges_service
from billing.services import desk as desk_service
from billing.stripe_gateway import StripeRefused, StripeUnavailable
from billing.views.desk import charge_or_404
from portal.shared.clock import utc_now
from portal.shared.money import format_usd
from portal.shared.request import source_of


def _act(request: HttpRequest) -> dict[str, Any]:
    """Who does it, when, from where: what every service wants to know."""
    return {"by": current_user(request), "now": utc_now(), "source": source_of(request)}


def _payment_or_404(payment_id: UUID) -> Payment:
    payment = Payment.objects.select_related("charge").filter(public_id=payment_id).first()
    if payment is None:
        raise Http404
    return payment


def _page(request: HttpRequest, charge: Charge, form: forms.Form, **words: object) -> HttpResponse:
    context = {"row": desk_service.row_of(charge, Practice.get().zone), "form": form, **words}
    status = 422 if form.errors else 200
    return render(request, "billing/desk/act.html", context, status=status)


def _back(charge: Charge) -> HttpResponse:
    return redirect(reverse("billing:desk_charge", args=[charge.public_id]))


@billing_admin_only
@never_cache
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    charge = charge_or_404(charge_id)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        try:
            charges_service.approve(charge=charge, **_act(request))
        except charges_service.NotProposed:
            messages.warning(request, "Somebody has decided about this fee already.")
        else:
            messages.success(request, "Approved. The client sees it under payments.")
        return _back(charge)
    return _page(
        request,
        charge,
        form,
        heading="Approve this fee?",
        text="The client owes it from now on and sees it under payments.",
        button="Approve the fee",
    )


@billing_admin_only
@never_cache
@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    charge = charge_or_404(charge_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            charges_service.waive(
                charge=charge, reason=form.cleaned_data["reason"], **_act(request)
            )
        except charges_service.AlreadyWaived:
            messages.warning(request, "It was waived already.")
        except charges_service.NothingOpen:
            messages.warning(request, "It is paid. To return the money, use “Give back”.")
        else:
            messages.success(request, "Waived. The client owes nothing for it.")
        return _back(charge)
    return _page(
        request,
        charge,
        form,
        heading="Waive this charge?",
        text="The client owes nothing for it any more. A part that was paid becomes a credit, "
        "and you decide whether it goes back.",
        button="Waive it",
        danger=True,
    )


@billing_admin_only
@never_cache
@require_http_methods(["GET", "POST"])
def record_payment(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    charge = charge_or_404(charge_id)
    owed = max(charge.balance_cents, 0)
    form = DeskPaymentForm(request.POST or None, owed_cents=owed)
    if request.method == "POST" and form.is_valid():
        try:
            desk_payments.record(
                charge=charge,
                method=PaymentMethod(form.cleaned_data["method"]),
                amount_cents=form.cleaned_data["amount"],
                attempt=form.cleaned_data["attempt"],
                **_act(request),
            )
        except desk_payments.MoreThanOwed as problem:
            form.add_error("amount", _not_owed(problem.owed_cents))
        else:
            messages.success(request, "Entered. The client gets a receipt.")
            return _back(charge)
    return _page(
        request,
        charge,
        form,
        heading="Enter a payment",
        text="For money that you received yourself. The client gets a receipt.",
        button="Enter the payment",
    )


@billing_admin_only
@never_cache
@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    payment = _payment_or_404(payment_id)
    charge = charge_or_404(payment.charge.public_id)
    form = RefundForm(request.POST or None, left_cents=refunds.left_cents(payment))
    if request.method == "POST" and form.is_valid():
        try:
            refunds.request(
                payment=payment,
                amount_cents=form.cleaned_data["amount"],
                attempt=form.cleaned_data["attempt"],
                **_act(request),
            )
        except refunds.NotPaid:
            form.add_error(None, "This payment was not received, so nothing can be given back.")
        except refunds.TooMuch as problem:
            form.add_error("amount", _too_much(problem.left_cents))
        else:
            messages.success(request, "The refund is on its way. The others were told by mail.")
            return _back(charge)
    return _page(
        request,
        charge,
        form,
        heading="Give money back?",
        text="It goes back the way it came, and can’t be undone. The appointment stays as it is, "
        "and the client owes nothing new. Another person at the practice is told by mail.",
        button="Give it back",
        danger=True,
    )


def _not_owed(owed_cents: int) -> str:
    if not owed_cents:
        return "Nothing is owed for this any more."
    return f"Between $0.01 and {format_usd(owed_cents)}, please."


def _too_much(left_cents: int) -> str:
    if not left_cents:
        return "All of this payment was given back already."
    return f"At most {format_usd(left_cents)} can still be given back."


@billing_admin_only
@require_POST
def sync(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Look at Stripe now, for the payment and its refunds."""
    payment = _payment_or_404(payment_id)
    try:
        settlement.settle(payment=payment, **_act(request))
        refunds.sync(payment=payment, now=utc_now())
    except (StripeUnavailable, StripeRefused):
        messages.warning(request, "Stripe does not answer. Please try again in a few minutes.")
    else:
        state = payment.get_state_display().lower()
        messages.success(request, f"Checked with Stripe: {state}.")
    return _back(payment.charge)


@billing_admin_only
@require_POST
def close_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    task = BillingTask.objects.filter(public_id=task_id).first()
    if task is None:
        raise Http404
    if attention.close(task=task, **_act(request)):
        messages.success(request, "Done.")
    else:
        messages.info(request, "It was done before, or it needs a decision about a fee.")
    return redirect("billing:desk")

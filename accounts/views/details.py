"""A client's own details."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.forms import ClientDetailsForm
from accounts.guards import current_user, find_client_of
from accounts.policies import client_only
from accounts.services import clients
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@client_only
def details(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    client = find_client_of(user)
    before = clients.ClientDetails.of(client) if client else None
    form = ClientDetailsForm(request.POST or None, details=before)
    if request.method == "POST" and form.is_valid():
        try:
            clients.save_own(
                user=user, details=form.details, source=source_of(request), now=utc_now()
            )
        except clients.TooYoung as error:
            return render(request, "accounts/too_young.html", {"phone": error.phone})
        messages.success(request, "Your details are saved.")
        return redirect(_next(request) or "accounts:details")
    context = {"form": form, "is_new": client is None, "email": user.email}
    return render(request, "accounts/details.html", context)


def _next(request: HttpRequest) -> str:
    """Where they were on the way to when their details were missing; empty: nowhere."""
    path = request.GET.get("next", "")
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""

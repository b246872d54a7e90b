"""The practice names who signs for a minor, and ends it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import current_user
from accounts.models import Client, Guardian
from accounts.policies import therapist_only
from accounts.services import guardians
from intake.forms.guardian import GuardianForm
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
@never_cache
@require_http_methods(["GET", "POST"])
def therapist_guardians(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Of a minor; from the 18th birthday on the page does not exist."""
    client, now = _own_minor(request, public_id), utc_now()
    form = GuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            guardians.add(
                client=client,
                **form.cleaned_data,
                by=current_user(request),
                now=now,
                source=source_of(request),
            )
        except guardians.AddressTaken:
            form.add_error(
                "email", "This address belongs to another account. Use one of their own."
            )
        else:
            messages.success(request, "Invited. They sign in by a code to this address.")
            return redirect("intake:therapist_guardians", client.public_id)
    context = {"client": client, "form": form, "guardians": guardians.active_of(client, now=now)}
    status = 422 if form.errors else 200
    return render(request, "intake/consents/guardians.html", context, status=status)


@therapist_only
@require_POST
def therapist_guardian_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    guardian = get_object_or_404(Guardian.objects.select_related("client"), public_id=public_id)
    client = _own_minor(request, guardian.client.public_id)
    guardians.end(
        guardian=guardian, by=current_user(request), now=utc_now(), source=source_of(request)
    )
    messages.success(request, "Their access has ended. What they signed stays.")
    return redirect("intake:therapist_guardians", client.public_id)


def _own_minor(request: HttpRequest, public_id: UUID) -> Client:
    own = Client.objects.filter(appointments__practitioner__user=current_user(request)).distinct()
    client = get_object_or_404(own, public_id=public_id)
    if guardians.is_adult(client, utc_now()):
        raise Http404
    return client

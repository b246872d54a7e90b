"""Before the consult the therapist reads her own words and the client's next to each other."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking.models import WayOfWorking
from intake.services.sides import read_both
from intake.views.guards import client_intake
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
@never_cache
@require_GET
def side_by_side(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = client_intake(request, public_id)
    appointment = intake.appointment
    ways = WayOfWorking.objects
    current = ways.current(appointment.practitioner)
    context = {
        "intake": intake,
        "client": intake.client,
        "both": read_both(intake),
        "way": current,
        "was_shown": ways.shown_at(appointment.practitioner, appointment.created_at),
        "zone": Practice.get().zone,
    }
    audit.record(
        action="intake.side_by_side_read",
        by=current_user(request),
        obj=intake,
        client=intake.client,
        source=source_of(request),
        now=utc_now(),
    )
    return render(request, "intake/therapist/side_by_side.html", context)

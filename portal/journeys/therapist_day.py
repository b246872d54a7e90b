"""The therapist's clients and their charts: what several rooms know, on one page."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.models import Client, Practice
from accounts.policies import therapist_only
from accounts.services.guardians import is_adult
from booking.models import Appointment, Practitioner
from intake.models import FOR_THERAPIST, Intake, Packet, PacketCopy, RecordsRequest, Upload
from portal.journeys.consent_notices import consents_of
from portal.journeys.packet_trouble import intakes_in_trouble
from portal.journeys.therapist_today import open_alerts
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent
from portal.shared.request import source_of

EVENTS_ON_A_PAGE = 50


def _practitioner(request: HttpRequest) -> Practitioner:
    return get_object_or_404(Practitioner, user_id=request.user.pk)


def _own_client(practitioner: Practitioner, public_id: UUID) -> Client:
    """One who has or had an appointment with this therapist; anybody else does not exist."""
    own = Client.objects.filter(appointments__practitioner=practitioner).distinct()
    return get_object_or_404(own, public_id=public_id)


@therapist_only
@require_http_methods(["GET", "POST"])
def therapist_clients(request: HttpRequest) -> HttpResponse:
    """A search is a POST, so that a client's name stands in no address and no log."""
    booked = Appointment.objects.filter(practitioner=_practitioner(request), client__isnull=False)
    clients = Client.objects.filter(pk__in=booked.values("client")).select_related("user")
    wanted = request.POST.get("q", "").strip()
    found = sorted(
        (client for client in clients if _matches(client, wanted)),
        key=lambda client: client.display_name.casefold(),
    )
    audit.record(
        action="clients.list",
        by=request.user,
        source=source_of(request),
        detail={"clients": [client.pk for client in found]},
        now=utc_now(),
    )
    context = {"clients": found, "q": wanted}
    return render(request, "journeys/therapist_clients.html", context)


def _matches(client: Client, wanted: str) -> bool:
    # Names are encrypted, so they are compared here and not in the database.
    words = f"{client.legal_name} {client.chosen_name or ''} {client.email}".casefold()
    return wanted.casefold() in words


@therapist_only
def therapist_client(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The chart: who they are, their appointments, what they told, their documents, who read it."""
    practitioner = _practitioner(request)
    client = _own_client(practitioner, public_id)
    audit.record(
        action="client.read",
        by=request.user,
        obj=client,
        client=client,
        source=source_of(request),
        now=utc_now(),
    )
    packets = _packets(client)
    context = {
        "client": client,
        "zone": Practice.get().zone,
        "appointments": Appointment.objects.of_client(client)
        .select_related("session_type")
        .order_by("-starts_at"),
        "intakes": Intake.objects.filter(client=client).with_answers(),
        "is_minor": not is_adult(client, utc_now()),
        "consents": consents_of(client, now=utc_now()),
        "packets": packets,
        "without_data": _without_data(packets),
        "records_requests": RecordsRequest.objects.filter(client=client),
        "emergency": _emergency_words(client),
        "unopened": Upload.objects.of(client).filter(opened_at__isnull=True).count(),
        "packet_trouble": [one for one in intakes_in_trouble(practitioner) if one.client == client],
        "alerts": [one for one in open_alerts(practitioner) if one.client_id == client.pk],
    }
    return render(request, "journeys/therapist_client.html", context)


def _packets(client: Client) -> list[tuple[Packet, bool]]:
    """Each with whether a newer version of it was made."""
    packets = Packet.objects.filter(intake__client=client, copy__in=FOR_THERAPIST)
    packets = packets.select_related("intake")
    newest: dict[int, int] = {}
    for packet in packets:
        newest[packet.intake_id] = max(newest.get(packet.intake_id, 0), packet.version)
    return [(packet, packet.version < newest[packet.intake_id]) for packet in packets]


def _without_data(packets: list[tuple[Packet, bool]]) -> set[UUID]:
    """Newest packets of which no copy with data was made: one may be asked for."""
    made = {(one.intake_id, one.version) for one, _ in packets if one.copy == PacketCopy.DATA}
    return {
        one.public_id
        for one, is_replaced in packets
        if one.copy == PacketCopy.THERAPIST
        and not is_replaced
        and (one.intake_id, one.version) not in made
    }


def _emergency_words(client: Client) -> str:
    """`Grace Example (sister), (212) 555-0148`, of what was given; a record may hold blanks."""
    contact = client.emergency_contact or {}
    relation = f"({contact['relation']})" if contact.get("relation") else ""
    who = " ".join(filter(None, (contact.get("name"), relation)))
    return ", ".join(filter(None, (who, contact.get("phone"))))


@therapist_only
def therapist_client_audit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who read or changed this client's record, when and from where."""
    client = _own_client(_practitioner(request), public_id)
    audit.record(
        action="client.audit_read",
        by=request.user,
        obj=client,
        client=client,
        source=source_of(request),
        now=utc_now(),
    )
    events = AuditEvent.objects.filter(client_id=client.pk).order_by("-sequence")
    page = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    told = [(event, in_words(event.action)) for event in page]
    context = {"client": client, "events": told, "page": page, "zone": Practice.get().zone}
    return render(request, "journeys/therapist_client_audit.html", context)


def in_words(action: str) -> str:
    """ "safety_alert.acknowledge" as "Safety alert: acknowledge"."""
    thing, _, act = action.rpartition(".")
    return f"{thing}: {act}".replace("_", " ").replace(".", " ").capitalize()

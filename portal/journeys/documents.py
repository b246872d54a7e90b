"""My documents: the packet, as soon as it is made, and everything issued to the client."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guards import current_user, find_client_of
from accounts.models import Practice, User
from accounts.policies import client_only
from billing.models import GoodFaithEstimate, Receipt
from intake.models import Intake, Packet, PacketCopy
from intake.services.consent_state import asked_outside, wants_paper
from intake.services.packet_reading import read_packet
from portal.journeys.packet_trouble import keys_in_trouble, packet_key
from portal.shared.clock import utc_now
from portal.shared.looking import next_look
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of


@dataclass(frozen=True)
class PacketState:
    """An intake's packets, newest first, and whether one is still being made."""

    intake: Intake
    packets: list[Packet]
    is_waiting: bool
    is_stuck: bool

    @property
    def newest(self) -> Packet | None:
        return self.packets[0] if self.packets else None


@client_only
@never_cache
@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    context = {
        **_packets(request),
        "estimates": _estimates(request),
        "receipts": _receipts(request),
        **_consents(request),
    }
    return render(request, "documents/documents.html", context)


@client_only
@never_cache
@require_GET
def documents_waiting(request: HttpRequest) -> HttpResponse:
    """The packets alone, asked for again and again while one is being made."""
    return render(request, "documents/packets.html", _packets(request))


@client_only
@never_cache
@require_GET
def packet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    user = current_user(request)
    mine = Packet.objects.filter(copy=PacketCopy.CLIENT, intake__client__user=user)
    found = get_object_or_404(mine.select_related("intake__client"), public_id=public_id)
    content = read_packet(packet=found, by=user, source=source_of(request), now=utc_now())
    return pdf_response(request, content, name=f"intake-packet-v{found.version}.pdf")


def _consents(request: HttpRequest) -> dict[str, Any]:
    """What waits for a signature, and whether documents come on paper."""
    client, now = find_client_of(current_user(request)), utc_now()
    if client is None:
        return {}
    waiting = [item for item in asked_outside(client, now=now) if not item.is_settled]
    return {"to_sign": len(waiting), "is_on_paper": wants_paper(client, now=now)}


def _packets(request: HttpRequest) -> dict[str, Any]:
    states = packet_states(current_user(request))
    return {
        "states": [state for state in states if state.packets or state.is_waiting],
        "has_packets": any(state.packets for state in states),
        "intakes": [state.intake for state in states],
        "is_waiting": any(state.is_waiting and not state.is_stuck for state in states),
        "look": next_look(request, reverse("journeys:documents_waiting")),
        "zone": Practice.get().zone,
        "practice": Practice.get(),
    }


def packet_states(user: User) -> list[PacketState]:
    """Of each intake of this client, the latest first; three queries whatever their number."""
    copies = Packet.objects.filter(copy=PacketCopy.CLIENT).order_by("-version")
    intakes = list(
        Intake.objects.filter(client__user=user)
        .select_related("appointment__session_type")
        .prefetch_related(Prefetch("packets", queryset=copies, to_attr="copies"))
    )
    stuck = keys_in_trouble(intakes)
    return [_state(intake, stuck) for intake in intakes]


def _state(intake: Any, stuck: set[str]) -> PacketState:
    has_newest = any(copy.version == intake.packet_version for copy in intake.copies)
    return PacketState(
        intake=intake,
        packets=intake.copies,
        is_waiting=intake.completed_at is not None and not has_newest,
        is_stuck=packet_key(intake) in stuck,
    )


def _estimates(request: HttpRequest) -> Any:
    return GoodFaithEstimate.objects.filter(
        client__user=current_user(request), delivered_at__isnull=False
    ).select_related("superseded_by")


def _receipts(request: HttpRequest) -> Any:
    return Receipt.objects.filter(payment__charge__client__user=current_user(request))

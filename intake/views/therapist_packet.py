"""The therapist's copies of a packet."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.models import FOR_THERAPIST, Packet, PacketCopy
from intake.services.packet_reading import read_packet
from portal.shared.clock import utc_now
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of


@therapist_only
@never_cache
@require_GET
def therapist_packet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    packets = Packet.objects.filter(
        copy__in=FOR_THERAPIST, intake__appointment__practitioner__user=current_user(request)
    ).select_related("intake__client")
    packet = get_object_or_404(packets, public_id=public_id)
    content = read_packet(
        packet=packet, by=current_user(request), source=source_of(request), now=utc_now()
    )
    kind = "with-data" if packet.copy == PacketCopy.DATA else "therapist"
    return pdf_response(request, content, name=f"intake-packet-v{packet.version}-{kind}.pdf")

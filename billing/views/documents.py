"""Receipts and estimates as PDF files, to the client that they belong to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guards import current_user
from accounts.policies import client_only
from billing.models import GoodFaithEstimate, Receipt
from billing.services import documents
from billing.views.payments import client_of
from portal.shared.clock import utc_now
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of


@client_only
@never_cache
@require_GET
def receipt(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    client = client_of(request)
    found = Receipt.objects.filter(public_id=receipt_id, payment__charge__client=client).first()
    return document_response(request, found, f"receipt-{found.number}" if found else "")


@client_only
@never_cache
@require_GET
def estimate(request: HttpRequest, estimate_id: UUID) -> HttpResponse:
    found = GoodFaithEstimate.objects.of(client_of(request)).filter(public_id=estimate_id).first()
    return document_response(request, found, f"estimate-{found.number}" if found else "")


def document_response(
    request: HttpRequest, document: Receipt | GoodFaithEstimate | None, name: str
) -> HttpResponse:
    """The file itself; 404 when there is none. A broken seal is an error page and a log entry."""
    if document is None or not document.file:
        raise Http404
    content = documents.read(
        document=document,
        by=current_user(request),
        now=utc_now(),
        source=source_of(request),
    )
    return pdf_response(request, content, name=f"{name}.pdf")

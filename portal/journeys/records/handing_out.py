"""An archive on its way out: opened piece by piece, kept by no cache, noted."""

from django.http import FileResponse, Http404, HttpRequest

from accounts.guards import current_user
from intake.models import RecordsRequest
from portal.journeys.records import requests
from portal.shared.clock import utc_now
from portal.shared.request import source_of


def archive_response(request: HttpRequest, row: RecordsRequest) -> FileResponse:
    """404 when there is none, or its days are over."""
    by, source = current_user(request), source_of(request)
    try:
        opened, size = requests.hand_out(row=row, by=by, source=source, now=utc_now())
    except requests.NotReady as never:
        raise Http404 from never
    headers = {
        "Content-Length": str(size),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(
        opened,
        as_attachment=True,
        filename=requests.FILE_NAME,
        content_type="application/zip",
        headers=headers,
    )

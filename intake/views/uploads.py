"""Documents that the client gives: handed in, listed, saved again, removed; and the therapist's."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice
from accounts.policies import client_only, therapist_only
from intake.forms.uploads import HandInForm
from intake.models import Upload
from intake.services import uploads
from intake.services.uploads import AlreadyOpened, NotTaken
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.incoming import AT_ONCE, most_of_a_file, takes_files
from portal.shared.request import source_of

OPENED = "Your therapist has opened this one: it belongs to the record now."


@client_only
@takes_files
@require_http_methods(["GET", "POST"])
def own_uploads(request: HttpRequest) -> HttpResponse:
    client = find_client_of(current_user(request))
    form = HandInForm()
    if request.method == "POST":
        if client is None:
            raise Http404
        form = HandInForm(request.POST, request.FILES)
        kept = _take(request, client, form) if form.is_valid() else 0
        if kept:
            messages.success(request, _thanks(kept))
        if not form.errors:
            return redirect("intake:uploads")
    return _page(request, client, form)


def _take(request: HttpRequest, client: Client, form: HandInForm) -> int:
    """How many were kept; what could not be taken stands at the field, each with its reason."""
    kept, refused = 0, []
    for file in form.chosen():
        try:
            harmless = uploads.inspect(file=file, by=current_user(request), now=utc_now())
            uploads.keep(client=client, harmless=harmless, name=form.name_of(file), **_who(request))
        except NotTaken as reason:
            refused.append(f"“{file.name}”: {reason}")
        else:
            kept += 1
    for words in refused:
        form.add_error("documents", words)
    return kept


def _thanks(kept: int) -> str:
    return "It is kept." if kept == 1 else f"All {kept} are kept."


def _page(request: HttpRequest, client: Client | None, form: HandInForm) -> HttpResponse:
    rows = Upload.objects.for_client(current_user(request)).select_related(
        "response__questionnaire"
    )
    context = {
        "client": client,
        "rows": rows.defer("response__questionnaire__resource"),
        "form": form,
        "zone": Practice.get().zone,
        "most_bytes": most_of_a_file(),
        "file_mb": settings.UPLOAD_FILE_MB,
        "total_mb": settings.UPLOAD_TOTAL_MB,
        "at_once": AT_ONCE,
    }
    status = 422 if form.errors else 200
    return render(request, "intake/uploads/own.html", context, status=status)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": current_user(request), "now": utc_now(), "source": source_of(request)}


@client_only
@require_GET
def upload_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = Upload.objects.for_client(current_user(request)).select_related("client")
    return _handed_out(request, get_object_or_404(own, public_id=public_id))


@client_only
@require_http_methods(["GET", "POST"])
def upload_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = Upload.objects.for_client(current_user(request)).filter(response__isnull=True)
    upload = get_object_or_404(own.select_related("client"), public_id=public_id)
    if request.method == "GET" and upload.can_be_removed:
        return render(request, "intake/uploads/remove.html", {"upload": upload})
    try:
        if not upload.can_be_removed:
            raise AlreadyOpened
        uploads.remove(upload=upload, **_who(request))
    except AlreadyOpened:
        messages.info(request, OPENED)
    else:
        messages.success(request, "It is removed, and its file is erased.")
    return redirect("intake:uploads")


@therapist_only
@require_GET
def therapist_uploads(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a client handed in, in the chart."""
    own = Client.objects.filter(appointments__practitioner__user=current_user(request)).distinct()
    client = get_object_or_404(own, public_id=public_id)
    rows = Upload.objects.of(client).select_related("response__questionnaire")
    audit.record(action="uploads.list", obj=client, client=client, **_who(request))
    context = {
        "client": client,
        "rows": rows.defer("response__questionnaire__resource"),
        "zone": Practice.get().zone,
    }
    return render(request, "intake/uploads/therapist.html", context)


@therapist_only
@require_GET
def therapist_upload_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    own = Upload.objects.for_therapist(current_user(request)).select_related("client")
    return _handed_out(request, get_object_or_404(own, public_id=public_id))


def _handed_out(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Saved as a file and never shown by us: whatever is in it can't speak for this site."""
    try:
        content = uploads.read(upload=upload, **_who(request))
    except Upload.DoesNotExist as removed:
        raise Http404 from removed
    headers = {
        "Content-Disposition": content_disposition_header(True, upload.label) or "attachment",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=upload.media_type, headers=headers)

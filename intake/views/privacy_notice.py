"""The Notice of Privacy Practices for everyone: it stands on the site (45 CFR 164.520(c))."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policies import public
from intake.services.publishing import current
from portal.shared.markdown import render_markdown

SLUG = "privacy-notice"


@public
@require_GET
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """The version in force. 404 before the practice has published one."""
    document = current(SLUG)
    if document is None:
        raise Http404
    context = {"document": document, "text": render_markdown(document.text)}
    return render(request, "intake/consents/privacy_notice.html", context)

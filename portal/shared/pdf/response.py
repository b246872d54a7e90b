"""A PDF that belongs to one person: shown or saved, never kept by a cache."""

from django.http import HttpRequest, HttpResponse


def pdf_response(request: HttpRequest, content: bytes, *, name: str) -> HttpResponse:
    """Shown in the browser; `?save=1` has it saved as a file. `name` is plain ASCII."""
    kind = "attachment" if request.GET.get("save") else "inline"
    headers = {
        "Content-Disposition": f'{kind}; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)

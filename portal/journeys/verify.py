"""Whether a packet with a certain fingerprint was issued here: yes or no, and when."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Practice
from accounts.policies import public
from booking.wording import full
from intake.models import Packet

SHA256 = re.compile(r"[0-9a-f]{64}")


@public
@never_cache
@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    """A place to type or paste a fingerprint."""
    typed = "".join(request.GET.get("sha256", "").split()).lower()
    if SHA256.fullmatch(typed):
        return redirect("journeys:verify", typed)
    context = {"typed": request.GET.get("sha256", ""), "is_wrong": bool(typed)}
    return render(request, "documents/verify_form.html", context)


@public
@never_cache
@require_GET
def verify(request: HttpRequest, sha256: str) -> HttpResponse:
    packet = Packet.objects.filter(sha256=sha256.lower()).only("made_at").first()
    zone = Practice.get().zone
    made_at = packet.made_at.astimezone(zone) if packet else None
    status = 200 if packet else 404
    if request.accepts("text/html"):
        when = full(made_at, zone) if made_at else ""
        context = {"sha256": sha256.lower(), "when": when}
        return render(request, "documents/verify.html", context, status=status)
    answer: dict[str, object] = {"issued": packet is not None}
    if made_at:
        answer["issued_at"] = made_at.isoformat()
    return JsonResponse(answer, status=status)

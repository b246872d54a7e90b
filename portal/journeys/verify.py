"""Whether a packet was issued here, by fingerprint or code: yes or no, and when."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Practice
from accounts.policies import public
from booking.wording import full
from intake.models import Packet, SignedCopy
from intake.verification import in_groups, read_code

SHA256 = re.compile(r"[0-9a-f]{64}")


@public
@never_cache
@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    """A place to type or paste a code or a fingerprint, or to choose the file itself."""
    typed = request.GET.get("sha256", "").strip()
    fingerprint, code = "".join(typed.split()).lower(), read_code(typed)
    if SHA256.fullmatch(fingerprint):
        return redirect("journeys:verify", fingerprint)
    if code:
        return redirect("journeys:verify_code", in_groups(code))
    context = {"typed": typed, "is_wrong": bool(typed)}
    return render(request, "documents/verify_form.html", context)


@public
@never_cache
@require_GET
def verify(request: HttpRequest, sha256: str) -> HttpResponse:
    return _answer(request, _issued(sha256.lower()), {"sha256": sha256.lower()})


@public
@never_cache
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code of a printed packet leads."""
    found = Packet.objects.filter(code=read_code(code))
    return _answer(request, found.only("made_at").first(), {"code": code})


def _answer(
    request: HttpRequest, packet: Packet | SignedCopy | None, asked: dict[str, str]
) -> HttpResponse:
    zone = Practice.get().zone
    made_at = packet.made_at.astimezone(zone) if packet else None
    status = 200 if packet else 404
    if request.accepts("text/html"):
        when = full(made_at, zone) if made_at else ""
        return render(request, "documents/verify.html", {**asked, "when": when}, status=status)
    answer: dict[str, object] = {"issued": packet is not None}
    if made_at:
        answer["issued_at"] = made_at.isoformat()
    return JsonResponse(answer, status=status)


def _issued(sha256: str) -> Packet | SignedCopy | None:
    """The packet or the signed copy with this fingerprint."""
    for model in (Packet, SignedCopy):
        found = model.objects.filter(sha256=sha256).only("made_at").first()
        if found:
            return found
    return None

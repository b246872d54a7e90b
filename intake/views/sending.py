"""Check your answers, send them, and what happens next; and stops on the way."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import current_user
from accounts.models import Client, Practice
from accounts.policies import client_only
from intake.fhir.places import name_of
from intake.fhir.transcript import transcript
from intake.from_paper import how_it_came
from intake.models import AlertKind, Intake, Measure
from intake.services.consent_state import is_settled
from intake.services.intakes import is_sent
from intake.services.pages import Pages, Part
from intake.services.submitting import Missing, NotComplete, find_missing, submit
from intake.views.addresses import Addresses
from intake.views.guards import own_intake
from intake.views.page_nodes import dangers_on
from portal.shared import audit
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    if request.method == "POST":
        try:
            submit(
                intake=intake, by=current_user(request), now=utc_now(), source=source_of(request)
            )
        except NotComplete as refused:
            return render(request, "intake/check.html", _answers(intake, refused), status=422)
        return redirect("intake:sent", public_id=intake.public_id)
    record_read(request, intake, client=intake.client, action="intake.read")
    return render(request, "intake/check.html", _answers(intake))


def record_read(
    request: HttpRequest, sitting: Intake | Measure, *, client: Client, action: str
) -> None:
    audit.record(
        action=action,
        by=current_user(request),
        obj=sitting,
        client=client,
        source=source_of(request),
        now=utc_now(),
    )


def _answers(intake: Intake, refused: NotComplete | None = None) -> dict[str, Any]:
    return {
        **answers_to_check(intake, refused),
        "intake": intake,
        "is_sent": is_sent(intake),
        "is_signed": is_settled(intake),
        "has_consents": intake.consents.exists(),
    }


def answers_to_check(
    sitting: Intake | Measure, refused: NotComplete | None = None
) -> dict[str, Any]:
    """What was answered, part by part, and what is missing; each with the page that it is on."""
    of, missing = Addresses.of(sitting), refused.missing if refused else find_missing(sitting)
    zone = Practice.get().zone
    return {
        "addresses": of,
        "file_view": "intake:upload_file",
        "refused": refused is not None,
        "missing": [_located(of, entry) for entry in missing],
        "parts": [_told(of, part, zone) for part in Pages(sitting).parts],
    }


def _located(of: Addresses, missing: Missing) -> dict[str, str]:
    parsed = missing.response.questionnaire.parsed
    link_id, path = missing.problem.link_id, missing.problem.path
    return {
        "url": of.section(parsed.slug, parsed.section_of(link_id).slug),
        "name": name_of(parsed.by_link_id[link_id], path),
        "question": parsed.by_link_id[link_id].text,
        "message": missing.problem.message,
    }


def _told(of: Addresses, part: Part, zone: ZoneInfo) -> dict[str, Any]:
    sections = transcript(part.response.questionnaire.parsed, part.response.given())
    return {
        "part": part,
        "is_open": part.response.is_open,
        "paper": how_it_came(part.response, zone),
        "sections": [(section, of.section(part.slug, section.slug)) for section in sections],
    }


@client_only
@never_cache
@require_GET
def sent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    intake = own_intake(request, public_id)
    if not is_sent(intake):
        return redirect("intake:overview", public_id=public_id)
    context = {
        "intake": intake,
        "appointment": intake.appointment,
        "is_signed": is_settled(intake),
    }
    return render(request, "intake/sent.html", context)


@client_only
@never_cache
@require_GET
def support(request: HttpRequest, public_id: UUID, part: str, section: str) -> HttpResponse:
    """After an answer that speaks of danger: someone to talk to now, and then on."""
    return show_support(request, Pages(own_intake(request, public_id)), part, section)


def show_support(request: HttpRequest, pages: Pages, part: str, section: str) -> HttpResponse:
    page = pages.find(part, section)
    if page is None:
        raise Http404
    of = Addresses.of(pages.sitting)
    context = {
        "addresses": of,
        "next_url": of.after(pages, page),
        "is_unsafe": AlertKind.UNSAFE in dangers_on(page),
    }
    return render(request, "intake/support.html", context)


@client_only
@never_cache
@require_GET
def pause(request: HttpRequest, public_id: UUID, part: str, section: str) -> HttpResponse:
    """After a heavy page: a break is suggested, and nothing is asked."""
    return show_pause(request, Pages(own_intake(request, public_id)), part, section)


def show_pause(request: HttpRequest, pages: Pages, part: str, section: str) -> HttpResponse:
    page = pages.find(part, section)
    if page is None:
        raise Http404
    context = {
        "next_url": Addresses.of(pages.sitting).after(pages, page),
        "minutes_left": pages.minutes_left,
    }
    return render(request, "intake/pause.html", context)

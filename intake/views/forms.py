"""Short forms of a client: those that are open, each page of them, and what was filled in before.

A client reads their own answers and nothing that was made of them.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.policies import client_only
from intake.models import Measure, MeasureState
from intake.services import measures
from intake.services.pages import Pages
from intake.services.submitting import NotComplete
from intake.views.addresses import Addresses
from intake.views.autosaving import autosave, is_htmx
from intake.views.filling import fill
from intake.views.guards import own_form
from intake.views.sending import answers_to_check, record_read, show_pause, show_support
from portal.shared.clock import utc_now
from portal.shared.incoming import takes_files
from portal.shared.request import source_of

CLOSED = "This form is closed by now."


@client_only
@never_cache
@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    own = list(Measure.objects.for_client(current_user(request)).with_questionnaire())
    context = {
        "open_forms": [one for one in own if one.is_open],
        "put_off": [one for one in own if measures.can_be_taken_up(one, now)],
        "sent": [one for one in own if one.state == MeasureState.SENT],
    }
    return render(request, "intake/forms/forms.html", context)


@client_only
@require_GET
def form(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """To the page where the client goes on, or to the end of it."""
    pages = Pages(own_form(request, public_id))
    of, next_open = Addresses.of(pages.sitting), pages.next_open
    is_open = all(part.response.is_open for part in pages.parts)
    return redirect(of.page(next_open) if next_open and is_open else of.check)


@client_only
@never_cache
@takes_files
@require_http_methods(["GET", "POST"])
def form_section(request: HttpRequest, public_id: UUID, section: str) -> HttpResponse:
    if request.method == "POST" and is_htmx(request):
        return autosave(request, Addresses(public_id, is_form=True), "", section)
    measure = own_form(request, public_id)
    return fill(request, Pages(measure), measure.questionnaire.slug, section)


@client_only
@never_cache
@require_GET
def form_support(request: HttpRequest, public_id: UUID, section: str) -> HttpResponse:
    measure = own_form(request, public_id)
    return show_support(request, Pages(measure), measure.questionnaire.slug, section)


@client_only
@never_cache
@require_GET
def form_pause(request: HttpRequest, public_id: UUID, section: str) -> HttpResponse:
    measure = own_form(request, public_id)
    return show_pause(request, Pages(measure), measure.questionnaire.slug, section)


@client_only
@never_cache
@require_http_methods(["GET", "POST"])
def form_check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Read it through and send it; afterwards, what was sent."""
    measure = own_form(request, public_id)
    if request.method == "POST":
        return _send(request, measure)
    record_read(request, measure, client=measure.plan.client, action="measure.read")
    return _show(request, measure)


def _send(request: HttpRequest, measure: Measure) -> HttpResponse:
    try:
        measures.send(
            measure=measure, by=current_user(request), now=utc_now(), source=source_of(request)
        )
    except NotComplete as refused:
        return _show(request, measure, refused)
    except measures.NotOpen:
        messages.info(request, CLOSED)
    else:
        messages.success(request, "Thank you. Your answers are with your therapist.")
    return redirect("intake:forms")


def _show(
    request: HttpRequest, measure: Measure, refused: NotComplete | None = None
) -> HttpResponse:
    context = {
        **answers_to_check(measure, refused),
        "measure": measure,
        "is_sent": measure.state == MeasureState.SENT,
    }
    return render(request, "intake/forms/check.html", context, status=422 if refused else 200)


@client_only
@require_POST
def form_decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, measures.decline, "That is fine. You can take it up again.")


@client_only
@require_POST
def form_take_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _act(request, public_id, measures.take_up, "It is open for you again.")


def _act(request: HttpRequest, public_id: UUID, act: measures.Act, done: str) -> HttpResponse:
    try:
        act(
            measure=own_form(request, public_id),
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except measures.NotOpen:
        messages.info(request, CLOSED)
    else:
        messages.success(request, done)
    return redirect("intake:forms")

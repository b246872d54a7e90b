"""The practice's instruments: what is there, by whose licence, and where it is asked for."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import current_user
from accounts.policies import therapist_only
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Questionnaire as ParsedQuestionnaire
from intake.forms.by_hand import ByHandForm
from intake.forms.nodes import preview_nodes
from intake.forms.wording import WordingForm
from intake.instruments.catalogue import INSTRUMENTS, Instrument
from intake.instruments.pack import Pack
from intake.instruments.pcl import DEFAULT_CUT_OFF
from intake.instruments.result import Result
from intake.instruments.wording import WordingRefused
from intake.instruments.words import findings
from intake.models import ClinicianOnly, ImportedWording, IntakePlan, Questionnaire
from intake.services.instruments import (
    NoSuchCutOff,
    NotPublished,
    check_declaration,
    choose_cut_off,
    complete_pack,
    cut_off_of,
)
from intake.services.plans import ask_in_plans
from portal.shared.clock import utc_now
from portal.shared.request import source_of

PREVIEW_VERSION = "preview"


@dataclass(frozen=True)
class Entry:
    """One instrument and the newest version of its wording."""

    instrument: Instrument
    questionnaire: Questionnaire | None
    asked_in: tuple[str, ...]

    @property
    def state(self) -> str:
        if self.questionnaire is None:
            return "Without wording"
        if self.instrument.is_clinician_only:
            return "Asked in person"
        return "In use" if self.asked_in else "Ready"


@therapist_only
@require_GET
def therapist_instruments(request: HttpRequest) -> HttpResponse:
    entries = _entries(list(_plans(request)))
    context = {
        "with_wording": [entry for entry in entries if entry.instrument.pack is None],
        "packs": [entry for entry in entries if entry.instrument.pack],
    }
    return render(request, "intake/instruments/list.html", context)


def _plans(request: HttpRequest) -> Any:
    own = IntakePlan.objects.filter(session_type__practitioner__user=current_user(request))
    return own.select_related("session_type").order_by("session_type__position")


def _entries(plans: list[IntakePlan]) -> list[Entry]:
    slugs = [instrument.slug for instrument in INSTRUMENTS.values()]
    rows = Questionnaire.objects.filter(slug__in=slugs).order_by("version")
    newest = {row.slug: row for row in rows}
    return [
        Entry(instrument, newest.get(instrument.slug), _asked_in(instrument, plans))
        for instrument in INSTRUMENTS.values()
    ]


def _asked_in(instrument: Instrument, plans: list[IntakePlan]) -> tuple[str, ...]:
    return tuple(plan.session_type.name for plan in plans if instrument.slug in plan.questionnaires)


@therapist_only
@require_GET
def therapist_instrument(request: HttpRequest, slug: str) -> HttpResponse:
    entry = _entry(request, slug)
    cut_offs = entry.instrument.cut_offs
    context = {
        "entry": entry,
        "instrument": entry.instrument,
        "pack": entry.instrument.pack,
        "questionnaire": entry.questionnaire,
        "wording": _wording_of(entry.questionnaire),
        "plans": [
            {"plan": plan, "is_asked": slug in plan.questionnaires} for plan in _plans(request)
        ],
        "cut_offs": cut_offs,
        "cut_off": (cut_off_of(entry.instrument.name) or DEFAULT_CUT_OFF) if cut_offs else None,
    }
    return render(request, "intake/instruments/instrument.html", context)


def _entry(request: HttpRequest, slug: str) -> Entry:
    """404 for what is no instrument."""
    entries = _entries(list(_plans(request)))
    found = next((entry for entry in entries if entry.instrument.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _wording_of(questionnaire: Questionnaire | None) -> ImportedWording | None:
    return ImportedWording.objects.filter(questionnaire=questionnaire).first()


@therapist_only
@require_POST
def instrument_plans(request: HttpRequest, slug: str) -> HttpResponse:
    entry, plans = _entry(request, slug), list(_plans(request))
    if entry.questionnaire is None:
        raise Http404
    chosen = set(request.POST.getlist("plan"))
    try:
        changed = ask_in_plans(
            questionnaire=entry.questionnaire,
            plans=[plan for plan in plans if str(plan.session_type.public_id) in chosen],
            among=plans,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except ClinicianOnly:
        messages.error(request, "A clinician asks this in person. It is not sent to clients.")
    else:
        said = "Intakes that are opened from now on follow it." if changed else "Nothing changed."
        messages.success(request, said)
    return redirect("intake:therapist_instrument", slug=slug)


@therapist_only
@require_POST
def instrument_cut_off(request: HttpRequest, slug: str) -> HttpResponse:
    instrument = _entry(request, slug).instrument
    typed = request.POST.get("cut_off", "")
    try:
        chosen = choose_cut_off(
            instrument=instrument.name,
            value=int(typed) if typed.isascii() and typed.isdigit() else 0,
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except NoSuchCutOff:
        messages.error(request, "Please choose one of the published cut-offs.")
    else:
        messages.success(request, f"The cut-off is {chosen.value} from now on.")
    return redirect("intake:therapist_instrument", slug=slug)


@therapist_only
@require_GET
def instrument_preview(request: HttpRequest, slug: str) -> HttpResponse:
    entry = _entry(request, slug)
    if entry.questionnaire is None:
        raise Http404
    parsed = entry.questionnaire.parsed
    context = {"entry": entry, "instrument": entry.instrument, **_shown(parsed)}
    return render(request, "intake/instruments/preview.html", context)


@therapist_only
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def instrument_score(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing that is typed here is kept, and nobody is named."""
    entry = _entry(request, slug)
    if not entry.instrument.points:
        raise Http404
    parsed = entry.questionnaire.parsed if entry.questionnaire else None
    form = ByHandForm(request.POST or None, instrument=entry.instrument, questionnaire=parsed)
    context: dict[str, Any] = {"instrument": entry.instrument, "form": form}
    if form.is_bound and form.is_valid():
        result = _score(entry.instrument, form.answers())
        context |= {"result": result, "findings": list(findings(result, has_alert=False))}
    status = 422 if form.errors else 200
    return render(request, "intake/instruments/by_hand.html", context, status=status)


def _score(instrument: Instrument, answers: list[int | None]) -> Result:
    chosen = cut_off_of(instrument.name) if instrument.cut_offs else None
    return instrument.score(answers, **({"cut_off": chosen} if chosen else {}))


def _shown(parsed: ParsedQuestionnaire) -> dict[str, Any]:
    """Every page of it, with all questions that may be asked."""
    return {"shown": parsed, "shown_nodes": preview_nodes(parsed)}


@therapist_only
@require_http_methods(["GET", "POST"])
def instrument_wording(request: HttpRequest, slug: str) -> HttpResponse:
    entry = _entry(request, slug)
    pack = entry.instrument.pack
    if pack is None:
        raise Http404
    if request.method == "GET":
        return _wording_page(request, entry, WordingForm(pack=pack))
    form = WordingForm(request.POST, request.FILES, pack=pack)
    resource = _read_resource(form)
    if resource and "preview" in request.POST:
        previewed = parse_questionnaire({**resource, "version": PREVIEW_VERSION})
        return _wording_page(request, entry, form, **_shown(previewed))
    if "preview" not in request.POST:
        form.add_problems(check_declaration(form.declaration()) if form.is_bound else [])
    if resource and form.is_valid():
        return _publish(request, pack, form, resource)
    return _wording_page(request, entry, form)


def _read_resource(form: WordingForm) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    try:
        return form.resource()
    except WordingRefused as refused:
        form.add_problems(refused.problems)
        return None


def _publish(
    request: HttpRequest, pack: Pack, form: WordingForm, resource: dict[str, Any]
) -> HttpResponse:
    try:
        complete_pack(
            pack=pack,
            resource=resource,
            wording_source=form.wording_source,
            declaration=form.declaration(),
            by=current_user(request),
            now=utc_now(),
            source=source_of(request),
        )
    except NotPublished:
        messages.info(request, "These are the words that are published already.")
    else:
        messages.success(request, f"{pack.name} has its wording now.")
    return redirect("intake:therapist_instrument", slug=pack.slug)


def _wording_page(
    request: HttpRequest, entry: Entry, form: WordingForm, **shown: Any
) -> HttpResponse:
    context = {"entry": entry, "instrument": entry.instrument, "form": form, **shown}
    context["pack"] = entry.instrument.pack
    status = 422 if form.errors else 200
    return render(request, "intake/instruments/wording.html", context, status=status)

"""The page on which one text is read and signed, wherever it was asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.authentication import get_authentication_records
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.guards import current_user
from accounts.models import Practice
from booking.wording import full
from intake.differences import changes
from intake.forms.signing import SigningForm
from intake.models import ConsentDocument
from intake.services.consent_state import Asked, Occasion
from intake.services.consents import SigningRefused, asks_word, choose_paper, intent_of, sign
from intake.services.signed_copies import blank_sheet
from portal.shared.clock import utc_now
from portal.shared.markdown import render_markdown
from portal.shared.pdf.response import pdf_response
from portal.shared.request import source_of


@dataclass(frozen=True)
class Ways:
    """Where the buttons of the page lead."""

    back: str
    sample: str
    paper: str
    blank: str


def item_of(occasion: Occasion, document_id: object) -> Asked:
    """The text as it is asked for on this occasion; 404 for any other."""
    for item in occasion.asked(utc_now()):
        if item.document.public_id == document_id:
            return item
    raise Http404


def signing_page(
    request: HttpRequest,
    occasion: Occasion,
    item: Asked,
    ways: Ways,
    go_on: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show the text and the form; take the signature and go on."""
    form = SigningForm(
        request.POST or None,
        intent=intent_of(occasion, item.document),
        asks_word=asks_word(occasion, item.document),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _sign(request, occasion, item, form)
        except SigningRefused as refused:
            form.add_problems(refused)
        else:
            return go_on()
    context = {**_page(occasion, item), "form": form, "ways": ways}
    status = 422 if form.errors else 200
    return render(request, "intake/consents/consent.html", context, status=status)


def take_paper(request: HttpRequest, occasion: Occasion, item: Asked) -> None:
    choose_paper(
        occasion=occasion,
        document=item.document,
        by=current_user(request),
        source=source_of(request),
        now=utc_now(),
    )


def blank_page(request: HttpRequest, document: ConsentDocument) -> HttpResponse:
    """The text with lines for signing by hand."""
    name = f"{document.slug}-v{document.version}.pdf"
    return pdf_response(request, blank_sheet(document).content, name=name)


def _sign(request: HttpRequest, occasion: Occasion, item: Asked, form: SigningForm) -> None:
    sign(
        occasion=occasion,
        document=item.document,
        signing=form.signing(auth_methods(request)),
        by=current_user(request),
        source=source_of(request),
        now=utc_now(),
    )


def auth_methods(request: HttpRequest) -> tuple[str, ...]:
    """How this session proved who it is: `code`, `password`, `mfa:totp` and the like."""
    records = get_authentication_records(request)
    return tuple(":".join(filter(None, (r.get("method"), r.get("type")))) for r in records)


def _page(occasion: Occasion, item: Asked) -> dict[str, object]:
    zone, documents = Practice.get().zone, [a.document for a in occasion.asked(utc_now())]
    signature, before = item.signature, item.before
    return {
        "occasion": occasion,
        "item": item,
        "document": item.document,
        "signature": signature,
        "signed_when": full(signature.signed_at, zone) if signature else "",
        "text": render_markdown(item.document.text),
        "passages": changes(before.text, item.document.text) if before else [],
        "place": documents.index(item.document) + 1,
        "count": len(documents),
        "asks_word": asks_word(occasion, item.document),
        "may_sign": not item.is_settled or item.is_on_paper,
    }

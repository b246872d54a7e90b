"""The buttons of a page that do more than save: add, remove, put back, one field more."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest

from accounts.guards import current_user
from intake.fhir.places import join
from intake.forms.posted import Spoken
from intake.services import repetitions
from intake.services.pages import Page
from portal.shared.clock import utc_now
from portal.shared.request import source_of


def act_on(request: HttpRequest, page: Page, act: Spoken, here: str) -> str:
    """Do it, and say where to go on. Raises AlreadySent."""
    back = {"back": request.POST["back"]} if request.POST.get("back") else {}
    if act.verb in ("more", "clear") or not act.item.is_loop:
        more = {"more": act.name} if act.verb == "more" else {}
        return _address(here, act.name, back | more)
    do: dict[str, Any] = {
        "response": page.response,
        "group": act.item,
        "by": current_user(request),
        "now": utc_now(),
        "source": source_of(request),
    }
    try:
        return _address(here, _repeat(act, do), back)
    except repetitions.TooMany:
        messages.info(request, "There can’t be more of them.")
    except repetitions.TooFew:
        messages.info(request, "One of them has to stay. You can leave it blank.")
    return _address(here, act.name, back)


def _repeat(act: Spoken, do: dict[str, Any]) -> str:
    """The name of the place to look at next."""
    if act.verb == "add":
        number = repetitions.add(path=act.path, **do)
        return f"{act.item.name}.{join(act.path, number)}"
    outer, _, number_text = act.path.rpartition(".")
    if act.verb == "restore":
        repetitions.restore(path=outer, number=int(number_text or 0), **do)
        return act.name
    repetitions.remove(path=outer, number=int(number_text or 0), **do)
    return f"{act.item.name}.{outer}" if outer else act.item.name


def _address(here: str, name: str, query: dict[str, str]) -> str:
    return f"{here}{'?' + urlencode(query) if query else ''}#q-{name}"

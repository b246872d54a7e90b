"""Pages that anyone may read: the practice, how the therapist works, what it costs."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from accounts.guards import find_client_of
from accounts.models import Practice
from accounts.policies import public
from booking.models import Practitioner, SessionType, WayOfWorking
from booking.services.audiences import for_client
from booking.ways.page import page_of
from portal.shared.markdown import render_markdown
from portal.shared.money import format_usd


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    whole: bool = False


@dataclass(frozen=True)
class Offer:
    """A session type as a visitor reads it."""

    slug: str
    name: str
    summary: str
    length: str
    price: str
    is_free: bool
    is_consult: bool
    places: str
    policy: str

    @property
    def facts(self) -> list[Fact]:
        return [
            Fact("Length", self.length),
            Fact("Fee", "None" if self.is_free else self.price),
            Fact("How we meet", self.places),
            Fact("If plans change", self.policy, whole=True),
        ]


@public
def home(request: HttpRequest) -> HttpResponse:
    practitioner = _practitioner()
    types = _types(practitioner)
    return render(
        request,
        "public/home.html",
        {
            "practitioner": practitioner,
            "bio": _text(practitioner.bio),
            "consult": _consult(types),
            "offers": _offers(request, types),
        },
    )


@public
def how_i_work(request: HttpRequest) -> HttpResponse:
    practitioner = _practitioner()
    way = WayOfWorking.objects.current(practitioner)
    return render(
        request,
        "public/how_i_work.html",
        {
            "practitioner": practitioner,
            "way": way,
            "way_page": page_of(way) if way else None,
            "zone": Practice.get().zone,
            "consult": _consult(_types(practitioner)),
        },
    )


@public
def session_types(request: HttpRequest) -> HttpResponse:
    practitioner = _practitioner()
    context = {"practitioner": practitioner, "offers": _offers(request, _types(practitioner))}
    return render(request, "public/session_types.html", context)


@public
def consult(request: HttpRequest) -> HttpResponse:
    practitioner = _practitioner()
    context = {"practitioner": practitioner, "consult": _consult(_types(practitioner))}
    return render(request, "public/consult.html", context)


def _practitioner() -> Practitioner:
    """The first one; a new installation has none yet and shows its pages without names."""
    return Practitioner.objects.first() or Practitioner()


def _types(practitioner: Practitioner) -> list[SessionType]:
    if practitioner.pk is None:
        return []
    return list(practitioner.session_types.filter(is_active=True))


def _offers(request: HttpRequest, types: list[SessionType]) -> list[Offer]:
    """Visitors see all of them; a client who is signed in sees those that are for them."""
    user = request.user
    if user.is_authenticated and user.is_client:
        types = for_client(types, find_client_of(user))
    return [_offer(item) for item in types]


def _offer(item: SessionType) -> Offer:
    return Offer(
        slug=item.slug,
        name=item.name,
        summary=item.summary,
        length=f"{item.minutes} minutes",
        price=format_usd(item.price_cents),
        is_free=item.price_cents == 0,
        is_consult=item.is_consult,
        places=" or ".join(str(place.label) for place in item.places),
        policy=item.policy.sentence,
    )


def _consult(types: list[SessionType]) -> Offer | None:
    """How one begins: told to everybody, also to those who have begun."""
    return next((_offer(item) for item in types if item.is_consult), None)


def _text(markdown: str) -> SafeString:
    return render_markdown(markdown)

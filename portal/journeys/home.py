"""Where a person lands: the client's own page, or the front door of their work."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.guards import current_user, find_client_of
from accounts.models import Client, Practice, Role
from accounts.policies import client_only, signed_in
from billing.models import Charge
from booking.models import Appointment, SessionType
from intake.models import Intake, Measure
from intake.services.consent_state import asked_outside
from portal.shared.clock import utc_now
from portal.shared.money import format_usd

FRONT_DOORS = {
    Role.CLIENT: "journeys:client_home",
    Role.THERAPIST: "journeys:therapist_today",
    Role.BILLING_ADMIN: "billing:desk",
    Role.SUPERUSER: "journeys:technical",
    Role.GUARDIAN: "intake:guardian_home",
}


@dataclass(frozen=True)
class NextStep:
    """The one thing that is best done now."""

    title: str
    text: str
    label: str
    url: str


@signed_in
def home_by_role(request: HttpRequest) -> HttpResponse:
    return redirect(FRONT_DOORS[Role(current_user(request).role)])


@client_only
def client_home(request: HttpRequest) -> HttpResponse:
    client, now = find_client_of(current_user(request)), utc_now()
    if client is None:
        return render(request, "journeys/client_home_new.html", {"consult": _consult()})
    upcoming = list(
        Appointment.objects.of_client(client).upcoming(now).select_related("session_type")
    )
    intakes = list(Intake.objects.filter(client=client).with_answers())
    owed = Charge.objects.of(client).owed().total_cents()
    context = {
        "client": client,
        "zone": Practice.get().zone,
        "upcoming": upcoming,
        "step": _next_step(client, upcoming, intakes, now),
        "owed": format_usd(owed) if owed else "",
        "consult": _consult(),
    }
    return render(request, "journeys/client_home.html", context)


def _next_step(
    client: Client, upcoming: list[Appointment], intakes: list[Intake], now: datetime
) -> NextStep | None:
    unfinished = next((intake for intake in intakes if not intake.completed_at), None)
    if unfinished:
        return NextStep(
            title="Your intake is waiting for you",
            text="Tell your story once, in your own words and at your own pace. "
            "Everything is saved as you go; you can stop and come back at any time.",
            label="Go on with the intake",
            url=reverse("intake:overview", args=[unfinished.public_id]),
        )
    if Measure.objects.open().filter(plan__client=client).exists():
        return NextStep(
            title="A short form is open for you",
            text="Your therapist asks how things are. It takes a few minutes, "
            "and you may say “not now”.",
            label="See the form",
            url=reverse("intake:forms"),
        )
    if any(not item.is_settled for item in asked_outside(client, now=now)):
        return NextStep(
            title="Something waits for your signature",
            text="A text has changed, or your therapist asks you for one. Read it at your own "
            "pace; what you signed before stays valid until you decide.",
            label="See what it is",
            url=reverse("intake:own_consents"),
        )
    if not upcoming:
        return NextStep(
            title="You have no appointment coming up",
            text="Choose a time that suits you whenever you are ready.",
            label="Choose a time",
            url=reverse("session_types"),
        )
    return None


def _consult() -> SessionType | None:
    return SessionType.objects.filter(is_consult=True, is_active=True).first()

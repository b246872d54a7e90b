"""Good Faith Estimates (45 CFR 149.610): issued to every client at booking, never edited.

An estimate is a frozen copy of everything that it says. A changed appointment gets a new one
that supersedes it. The PDF is drawn by the worker and lies in the client's documents.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import Client, Practice, User
from billing import business_days, estimate_wording, wording
from billing.letterhead import Letterhead
from billing.models import GoodFaithEstimate
from billing.numbering import numbered
from booking.models import Appointment, Place
from booking.zones import city
from portal.shared import audit, outbox, pdf
from portal.shared.dates import long_date
from portal.shared.money import format_usd

VALID = timedelta(days=365)  # never more than twelve months
UNDATED = ("number", "issued_on", "valid_until")


class NoClient(Exception):
    """An estimate is given to somebody."""


@dataclass(frozen=True)
class Item:
    date: str
    description: str
    code: str
    quantity: int
    charge: str


@dataclass(frozen=True)
class EstimatePage:
    """Everything that is printed, as text; amounts as dollars, days in words."""

    number: int
    issued_on: str
    valid_until: str
    title: str
    introduction: str
    client_name: str
    client_birth_date: str
    letterhead: Letterhead
    place: str
    service: str
    service_date: str
    diagnosis: str
    items: tuple[Item, ...]
    total: str
    separate_title: str
    separate: str
    notices: tuple[tuple[str, str], ...]

    def snapshot(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_snapshot(cls, snapshot: dict[str, Any]) -> Self:
        nested = {
            "letterhead": Letterhead.from_snapshot(snapshot["letterhead"]),
            "items": tuple(Item(**item) for item in snapshot["items"]),
            "notices": tuple((title, text) for title, text in snapshot["notices"]),
        }
        return cls(**{**snapshot, **nested})


def issue_for_appointment(
    *, appointment: Appointment, by: User | None, now: datetime
) -> GoodFaithEstimate:
    """Give the estimate for this appointment; a new one where what it says has changed.

    Called at booking and whenever time, price or service change. Raises NoClient.
    """
    with transaction.atomic():
        Appointment.objects.select_for_update().get(pk=appointment.pk)
        current = _current(appointment)
        if current and _same(current, _page(appointment, current.number, now)):
            return current
        return numbered(GoodFaithEstimate, _writer(appointment, supersedes=current, by=by, now=now))


def current_for(appointment: Appointment) -> EstimatePage | None:
    """What the estimate in force for this appointment says, ready to print; None without one."""
    estimate = _current(appointment)
    return EstimatePage.from_snapshot(estimate.content) if estimate else None


def of_client(client: Client) -> list[GoodFaithEstimate]:
    """Every estimate that this client was given, the newest first."""
    return list(GoodFaithEstimate.objects.of(client).select_related("superseded_by"))


def draw(*, estimate: GoodFaithEstimate, now: datetime) -> None:
    """Draw the PDF once, seal it, and lay it into the client's documents."""
    if estimate.sha256:
        return
    page = EstimatePage.from_snapshot(estimate.content)
    document = _drawn(page, estimate)
    stored = estimate.file.storage.save(
        f"estimates/{estimate.issued_at:%Y/%m}/{estimate.public_id}.pdf",
        ContentFile(document.content),
    )
    undrawn = GoodFaithEstimate.objects.filter(pk=estimate.pk, sha256="")
    if not undrawn.update(file=stored, sha256=document.sha256, delivered_at=now):
        estimate.file.storage.delete(stored)


def _client_of(appointment: Appointment) -> Client:
    if appointment.client is None:
        raise NoClient
    return appointment.client


def _current(appointment: Appointment) -> GoodFaithEstimate | None:
    estimates = GoodFaithEstimate.objects.filter(appointment=appointment).current()
    found: GoodFaithEstimate | None = estimates.first()
    return found


def _same(current: GoodFaithEstimate, page: EstimatePage) -> bool:
    """Whether a new estimate would say the same, apart from its number and day."""
    old, new = EstimatePage.from_snapshot(current.content).snapshot(), page.snapshot()
    return all(old[name] == new[name] for name in old if name not in UNDATED)


def _writer(
    appointment: Appointment,
    *,
    supersedes: GoodFaithEstimate | None,
    by: User | None,
    now: datetime,
) -> Callable[[int], GoodFaithEstimate]:
    client, zone = _client_of(appointment), Practice.get().zone
    scheduled = now.astimezone(zone).date()
    service = appointment.starts_at.astimezone(zone).date()

    def write(number: int) -> GoodFaithEstimate:
        estimate = GoodFaithEstimate.objects.create(
            client=client,
            appointment=appointment,
            number=number,
            content=_page(appointment, number, now).snapshot(),
            total_cents=appointment.price_cents,
            issued_at=now,
            due_on=business_days.deadline_after_scheduling(scheduled, service),
            valid_until=scheduled + VALID,
            supersedes=supersedes,
        )
        _follow_up(estimate, by=by, now=now)
        return estimate

    return write


def _follow_up(estimate: GoodFaithEstimate, *, by: User | None, now: datetime) -> None:
    outbox.enqueue(
        kind="draw_estimate",
        key=f"estimate:{estimate.public_id}",
        payload={"estimate": estimate.pk},
        now=now,
    )
    due = estimate.due_on.isoformat() if estimate.due_on else ""
    audit.record(
        action="estimate.issue",
        by=by,
        obj=estimate,
        client=estimate.client,
        detail={"number": estimate.number, "due_on": due},
        now=now,
    )


def _page(appointment: Appointment, number: int, now: datetime) -> EstimatePage:
    practice, client = Practice.get(), _client_of(appointment)
    zone = practice.zone
    today = now.astimezone(zone).date()
    charge = format_usd(appointment.price_cents)
    service = f"{appointment.session_type.name}, {appointment.session_type.minutes} minutes"
    day = wording.long_day(appointment.starts_at, zone)
    phone = practice.phone or "the practice"
    return EstimatePage(
        number=number,
        issued_on=long_date(today),
        valid_until=long_date(today + VALID),
        title=estimate_wording.TITLE,
        introduction=estimate_wording.INTRODUCTION,
        client_name=client.legal_name,
        client_birth_date=long_date(client.birth_date),
        letterhead=Letterhead.of(practice, appointment.practitioner),
        place=_place(appointment, practice),
        service=service,
        service_date=f"{day}, {wording.clock_time(appointment.starts_at, zone)} {city(zone)} time",
        diagnosis=estimate_wording.DIAGNOSIS,
        items=(Item(day, service, estimate_wording.NO_CODE, 1, charge),),
        total=charge,
        separate_title=estimate_wording.SEPARATE_TITLE,
        separate=estimate_wording.SEPARATE.format(phone=phone),
        notices=estimate_wording.NOTICES,
    )


def _place(appointment: Appointment, practice: Practice) -> str:
    """State and location where the service is given."""
    if appointment.place == Place.OFFICE:
        return ", ".join(filter(None, ["In the office", practice.address_line]))
    state = _client_of(appointment).state or practice.state
    return f"By video, with you in {state}; the practice is at {practice.address_line}"


def _drawn(page: EstimatePage, estimate: GoodFaithEstimate) -> pdf.Document:
    title = f"{page.title} {page.number}"
    context = {
        "page": page,
        "letterhead": page.letterhead,
        "practice": {"name": page.letterhead.practice},
        "made_at": estimate.issued_at,
        "foot_line": f"{title} · issued {page.issued_on}",
    }
    return pdf.render(template="pdf/billing/estimate.html", context=context, title=title)

"""The weekly hours and, as they are edited, what clients will see of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import therapist_only
from booking import wording
from booking.forms_hours import HoursEditor, RawRow, raw_rows
from booking.models import Practitioner, SessionType
from booking.services import hours_preview, weekly_hours
from booking.services.hours_preview import Mark
from booking.views.therapist_week import practitioner_of
from booking.weekly_windows import Window, fingerprint
from portal.shared.clock import utc_now
from portal.shared.request import source_of

PAGE = "booking/therapist/hours.html"
SAID = {Mark.SAME: "", Mark.NEW: "new", Mark.GONE: "no longer offered"}


@dataclass(frozen=True)
class ShownTime:
    """One start as the preview writes it: the mark is said in words, too."""

    clock: str
    ways: str
    mark: Mark
    said: str


@dataclass(frozen=True)
class ShownDay:
    """`ways` where all its times allow the same ones only."""

    title: str
    ways: str
    times: list[ShownTime]


@dataclass(frozen=True)
class Shown:
    """What clients will see of one kind of session."""

    summary: str
    days: list[ShownDay]
    from_when: str


@therapist_only
def therapist_hours(request: HttpRequest) -> HttpResponse:
    """GET shows the saved hours; POST adds or removes a row, previews, or saves."""
    practitioner = practitioner_of(request)
    if request.method != "POST":
        windows = weekly_hours.current(practitioner)
        editor = HoursEditor.of_windows(windows)
        return _render(request, practitioner, editor, windows, seen=fingerprint(windows))
    rows = raw_rows(request.POST)
    if "add" in request.POST or "take_away" in request.POST:
        return _rearranged(request, practitioner, rows)
    if "preview" in request.POST:
        return _previewed(request, practitioner, rows)
    return _saved(request, practitioner, HoursEditor.checked(rows))


def _rearranged(
    request: HttpRequest, practitioner: Practitioner, rows: list[RawRow]
) -> HttpResponse:
    """One row more or less; nothing is saved, nothing typed is lost."""
    day, focus = request.POST.get("add", ""), None
    if "take_away" in request.POST:
        day = _take(rows, request.POST["take_away"])
    elif day in set("0123456"):
        rows.append({"weekday": day})
        focus = len(rows) - 1
    checked = HoursEditor.checked(rows)
    focus_day = day if focus is None else ""
    return _render(
        request,
        practitioner,
        HoursEditor.unchecked(rows, focus),
        checked.windows(),
        part="editor",
        focus_day=focus_day,
        unclear=checked.unclear,
    )


def _take(rows: list[RawRow], number: str) -> str:
    """Takes a row out; returns its weekday."""
    if not number.isdecimal() or int(number) >= len(rows):
        return ""
    return rows.pop(int(number))["weekday"]


def _previewed(
    request: HttpRequest, practitioner: Practitioner, rows: list[RawRow]
) -> HttpResponse:
    editor = HoursEditor.checked(rows)
    return _render(request, practitioner, editor, editor.windows(), part="preview")


def _saved(request: HttpRequest, practitioner: Practitioner, editor: HoursEditor) -> HttpResponse:
    if not editor.is_valid():
        return _render(request, practitioner, editor, editor.windows())
    try:
        saved = weekly_hours.save(
            practitioner=practitioner,
            windows=editor.windows(),
            seen=request.POST.get("seen", ""),
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
    except weekly_hours.ChangedMeanwhile:
        seen = fingerprint(weekly_hours.current(practitioner))
        return _render(
            request, practitioner, editor, editor.windows(), seen=seen, changed_meanwhile=True
        )
    messages.success(request, "Your weekly hours are saved. Visitors see them at once.")
    for window in saved.joined:
        messages.info(request, f"Windows that overlapped were joined: {window}.")
    return redirect("booking:therapist_hours")


def _render(
    request: HttpRequest,
    practitioner: Practitioner,
    editor: HoursEditor,
    windows: Sequence[Window],
    *,
    seen: str | None = None,
    part: str = "",
    **more: Any,
) -> HttpResponse:
    zone = Practice.get().zone
    context = {
        "editor": editor,
        "unclear": editor.unclear,
        "seen": request.POST.get("seen", "") if seen is None else seen,
        "zone": zone,
        **_what_clients_see(request.POST, practitioner, windows, zone),
        **more,
    }
    partial = part and request.htmx  # type: ignore[attr-defined]
    return render(request, f"{PAGE}#{part}" if partial else PAGE, context)


def _what_clients_see(
    given: Mapping[str, Any], practitioner: Practitioner, windows: Sequence[Window], zone: ZoneInfo
) -> dict[str, Any]:
    now = utc_now()
    kinds = list(practitioner.session_types.filter(is_active=True))
    chosen = next((one for one in kinds if one.slug == given.get("for")), next(iter(kinds), None))
    shown = None
    if chosen:
        chosen.practitioner = practitioner
        found = hours_preview.preview(session_type=chosen, windows=windows, zone=zone, now=now)
        shown = _shown(found, chosen, zone)
    outside = hours_preview.outside(practitioner=practitioner, windows=windows, zone=zone, now=now)
    return {
        "kinds": kinds,
        "chosen": chosen,
        "shown": shown,
        "outside": outside.earliest,
        "more_outside": outside.count - len(outside.earliest),
    }


def _shown(found: hours_preview.Preview, chosen: SessionType, zone: ZoneInfo) -> Shown:
    days = [_day(day, chosen, zone) for day in found.days]
    return Shown(_summary(found), days, wording.day_and_clock(found.bookable_from, zone))


def _day(day: hours_preview.Day, chosen: SessionType, zone: ZoneInfo) -> ShownDay:
    times = [_time(one, chosen, zone) for one in day.times]
    ways = {one.ways for one in times}
    shared = ways.pop() if len(ways) == 1 else ""
    if shared:
        times = [replace(one, ways="") for one in times]
    return ShownDay(wording.day(day.on), shared, times)


def _time(one: hours_preview.Time, chosen: SessionType, zone: ZoneInfo) -> ShownTime:
    ways = " or ".join(str(place.label).lower() for place in one.places)
    only = f"{ways} only" if len(one.places) < len(chosen.places) else ""
    said = SAID.get(one.mark, f"now {only or ways}")
    return ShownTime(wording.clock(one.starts_at, zone), only, one.mark, said)


def _summary(found: hours_preview.Preview) -> str:
    offered = found.count(Mark.SAME, Mark.NEW, Mark.OTHER_WAYS)
    new, gone, other = (found.count(mark) for mark in (Mark.NEW, Mark.GONE, Mark.OTHER_WAYS))
    parts = [f"{_count(offered, 'open time')} in the coming two weeks"]
    parts += [f"{new} new"] if new else []
    parts += [f"{gone} no longer offered"] if gone else []
    parts += [f"{other} met in another way"] if other else []
    return f"{'; '.join(parts)}." if len(parts) > 1 else f"{parts[0]}, as now."


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

"""Scores of a client over time, instrument by instrument, for the therapist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import Client, User
from intake.chart import Chart, Reading, draw
from intake.instruments.catalogue import INSTRUMENTS, Instrument
from intake.instruments.track import Track
from intake.instruments.words import HEADLINES, YES_NO
from intake.models import QuestionnaireResponse, Score
from portal.shared.spreadsheet import lines

COLUMNS = (
    "date", "instrument", "value", "points", "lowest", "highest", "band", "change_since_first",
    "is_reliable_change", "subscales", "missing",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """What a track says at one time; `points` is None where the form was incomplete."""

    track: Track
    points: float | None
    change: float | None  # since the first complete one; None for that one itself

    @property
    def is_reliable(self) -> bool | None:
        return None if self.change is None else self.track.is_reliable(self.change)

    @property
    def words(self) -> str:
        return "incomplete" if self.points is None else written(self.points)

    @property
    def change_words(self) -> str:
        """`−6, reliable`; empty where there is nothing to compare."""
        if self.change is None:
            return ""
        sign = "−" if self.change < 0 else "+" if self.change else ""
        return f"{sign}{written(abs(self.change))}{', reliable' if self.is_reliable else ''}"


@dataclass(frozen=True)
class Row:
    """One time that the form was sent."""

    on: date
    response: QuestionnaireResponse
    values: tuple[Value, ...]
    result: str  # where nothing is followed over time
    band: str
    subscales: str
    missing: int


@dataclass(frozen=True)
class Trend:
    instrument: Instrument
    rows: tuple[Row, ...]
    charts: tuple[Chart, ...]

    @property
    def has_bands(self) -> bool:
        return any(row.band for row in self.rows)

    @property
    def has_subscales(self) -> bool:
        return any(row.subscales for row in self.rows)


def trends_of(client: Client, *, therapist: User, zone: ZoneInfo) -> list[Trend]:
    """Each instrument with all its scores, the earliest first. One query."""
    own = Q(response__intake__appointment__practitioner__user=therapist) | Q(
        response__measure__plan__practitioner__user=therapist
    )
    scores = (
        Score.objects.filter(own, response__client=client, response__submitted_at__isnull=False)
        .select_related("response__intake", "response__measure")
        .order_by("instrument", "response__submitted_at", "pk")
    )
    grouped = groupby(scores, key=lambda score: score.instrument)
    return [
        _trend(INSTRUMENTS[name], list(own_scores), zone)
        for name, own_scores in grouped
        if name in INSTRUMENTS
    ]


def _trend(instrument: Instrument, scores: Sequence[Score], zone: ZoneInfo) -> Trend:
    firsts = {track.name: _first(track, scores) for track in instrument.tracks}
    rows = tuple(_row(instrument, score, firsts, zone) for score in scores)
    charts = tuple(_chart(instrument, track, rows) for track in instrument.tracks)
    return Trend(instrument, rows, charts)


def _first(track: Track, scores: Sequence[Score]) -> tuple[int, float] | None:
    """Which score is the first complete one, and its value."""
    found = ((score.pk, track.value_in(score.result)) for score in scores)
    return next(((pk, value) for pk, value in found if value is not None), None)


def _row(
    instrument: Instrument,
    score: Score,
    firsts: dict[str, tuple[int, float] | None],
    zone: ZoneInfo,
) -> Row:
    result, response = score.result, score.response
    clusters = result.get("clusters") or {}
    return Row(
        on=_day(response.submitted_at, zone),
        response=response,
        values=tuple(_value(track, score, firsts[track.name]) for track in instrument.tracks),
        result="" if instrument.tracks else _said(result),
        band=result.get("band") or "",
        subscales=", ".join(f"{name} {points}" for name, points in clusters.items()),
        missing=result.get("missing") or 0,
    )


def _value(track: Track, score: Score, first: tuple[int, float] | None) -> Value:
    points = track.value_in(score.result)
    is_later = points is not None and first is not None and first[0] != score.pk
    return Value(track, points, (points or 0) - first[1] if is_later and first else None)


def _chart(instrument: Instrument, track: Track, rows: Sequence[Row]) -> Chart:
    readings = [
        Reading(row.on, value.points)
        for row in rows
        for value in row.values
        if value.track is track
    ]
    return draw(
        track,
        readings,
        anchor=f"chart-{instrument.slug}-{track.name}",
        title=f"{instrument.name}: {track.label} over time",
    )


def _said(result: dict[str, Any]) -> str:
    """The one thing to read of an instrument that has no value to follow."""
    if not result.get("complete"):
        return "incomplete"
    if result.get("total") is not None:
        return f"{result['total']} of {result['highest']}"
    for name, words in HEADLINES.items():
        if name in result:
            value = result[name]
            is_answer = value is None or isinstance(value, bool)
            return words.format(YES_NO[value] if is_answer else value)
    return "see the answers"


def _day(moment: datetime | None, zone: ZoneInfo) -> date:
    assert moment is not None  # noqa: S101 - the query asked for those that were sent
    return moment.astimezone(zone).date()


def written(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def as_csv(trends: Sequence[Trend]) -> str:
    """Each value of each time as a line."""
    return "".join(lines(COLUMNS, (line for trend in trends for line in _lines(trend))))


def _lines(trend: Trend) -> Iterator[tuple[str, ...]]:
    for row in trend.rows:
        for value in row.values:
            yield (
                row.on.isoformat(),
                trend.instrument.name,
                value.track.label,
                "" if value.points is None else written(value.points),
                str(value.track.lowest),
                str(value.track.highest),
                row.band,
                "" if value.change is None else written(value.change),
                "" if value.is_reliable is None else "yes" if value.is_reliable else "no",
                row.subscales,
                str(row.missing),
            )
        if not row.values:
            rest = ("", "", "", "", row.subscales, str(row.missing))
            yield (row.on.isoformat(), trend.instrument.name, "", row.result, "", *rest)

"""A value over time as a drawing: where points, lines and labels stand. A template draws them.

Units are those of the drawing's own box; y grows downwards, as in SVG.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from intake.instruments.track import Track

WIDTH, HEIGHT = 660, 290
LEFT, RIGHT, TOP, BOTTOM = 58, 526, 18, 250  # of the box that values stand in; names right of it
PAD = 14  # between the box and the first and last point
LABEL_APART = 26  # from one number above a point to the next
LINE_APART = 15  # from one number beside an edge to the next
MOST_TICKS = 5
MARK = 5.5  # half of a diamond


@dataclass(frozen=True)
class Reading:
    """One time that a form was sent; no value where it was incomplete."""

    on: date
    value: float | None


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Line:
    """A quiet line from left to right."""

    y: str


@dataclass(frozen=True)
class Point:
    x: str
    y: str
    words: str  # "March 3, 2027: 14"
    diamond: str = ""  # path of it, where the change is reliable
    number: Label | None = None  # above it, where there is room


@dataclass(frozen=True)
class Chart:
    anchor: str  # unique on its page
    title: str
    description: str
    edges: tuple[Line, ...]
    reliable: tuple[Line, ...]
    values: tuple[Label, ...]  # left of the edges
    names: tuple[Label, ...]  # right of the box: bands, or what the dashed lines mean
    days: tuple[Label, ...]
    segments: tuple[str, ...]  # paths from point to point, broken where a form was incomplete
    points: tuple[Point, ...]
    gaps: tuple[Point, ...]

    width, height, left, right, bottom = WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM

    @property
    def has_reliable(self) -> bool:
        return any(point.diamond for point in self.points)


def draw(track: Track, readings: Sequence[Reading], *, anchor: str, title: str) -> Chart:
    """`readings` in the order of time, at least one."""
    days, values = _Days([reading.on for reading in readings]), _Values(track)
    first = next((each.value for each in readings if each.value is not None), None)
    return Chart(
        anchor=anchor,
        title=title,
        description=_describe(track, readings),
        edges=tuple(Line(_written(values.y(edge))) for edge in track.edges),
        reliable=tuple(Line(_written(values.y(at))) for at, _ in _thresholds(track, first)),
        values=tuple(_beside(values, {track.lowest, *track.edges, track.highest})),
        names=tuple(_names(track, values, first)),
        days=tuple(days.ticks()),
        segments=tuple(_segments(readings, days, values)),
        points=tuple(_points(track, readings, days, values, first)),
        gaps=tuple(
            Point(_written(days.x(each.on)), str(BOTTOM), f"{long_day(each.on)}: incomplete")
            for each in readings
            if each.value is None
        ),
    )


class _Days:
    """Days from left to right, as far apart as they are."""

    def __init__(self, days: Sequence[date]) -> None:
        self.first, self.last = min(days), max(days)

    def x(self, day: date) -> float:
        width = RIGHT - LEFT - 2 * PAD
        span = (self.last - self.first).days
        share = (day - self.first).days / span if span else 0.5
        return LEFT + PAD + share * width

    def ticks(self) -> Iterator[Label]:
        """Beginnings of months; where there are not two of them, the first and the last day."""
        months = list(_months(self.first, self.last))
        step = -(-len(months) // MOST_TICKS)
        chosen = months[::step] if len(months) > 1 else sorted({self.first, self.last})
        for number, day in enumerate(chosen):
            text = f"{day:%b} {day.year}" if day.day == 1 else f"{day:%b} {day.day}"
            is_plain = day.day == 1 and number and day.year == chosen[number - 1].year
            label = f"{day:%b}" if is_plain else text
            yield Label(_written(self.x(day)), str(BOTTOM + 24), label)


class _Values:
    def __init__(self, track: Track) -> None:
        self.lowest, self.highest = track.lowest, track.highest

    def y(self, value: float) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return BOTTOM - share * (BOTTOM - TOP)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        if month >= first:
            yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _beside(values: _Values, numbers: Iterable[float]) -> Iterator[Label]:
    """Numbers left of the box; what would touch shares one line, such as `31, 33`."""
    together: list[list[float]] = []
    for number in sorted(numbers):
        if together and values.y(together[-1][0]) - values.y(number) < LINE_APART:
            together[-1].append(number)
        else:
            together.append([number])
    for group in together:
        middle = sum(map(values.y, group)) / len(group)
        yield Label(str(LEFT - 8), _written(middle + 4), ", ".join(map(_written, group)))


def _thresholds(track: Track, first: float | None) -> Iterator[tuple[float, str]]:
    """Where a change from the first value becomes reliable, and in which direction."""
    if track.reliable_change is None or first is None:
        return
    for change in (-track.reliable_change, track.reliable_change):
        if track.lowest <= first + change <= track.highest:
            is_better = (change < 0) == track.is_lower_better
            yield first + change, f"reliably {'better' if is_better else 'worse'}"


def _names(track: Track, values: _Values, first: float | None) -> Iterator[Label]:
    for band in track.bands:
        middle = (values.y(band.lowest) + values.y(min(band.highest + 1, track.highest))) / 2
        yield Label(str(RIGHT + 14), _written(middle + 4), band.name)
    for at, words in _thresholds(track, first):
        yield Label(str(RIGHT + 14), _written(values.y(at) + 4), words)


def _segments(readings: Sequence[Reading], days: _Days, values: _Values) -> Iterator[str]:
    for is_there, run in groupby(readings, key=lambda each: each.value is not None):
        spots = [(days.x(each.on), values.y(each.value or 0)) for each in run]
        if is_there and len(spots) > 1:
            yield "M" + "L".join(f"{_written(x)} {_written(y)}" for x, y in spots)


def _points(
    track: Track,
    readings: Sequence[Reading],
    days: _Days,
    values: _Values,
    first: float | None,
) -> Iterator[Point]:
    complete = [each for each in readings if each.value is not None]
    labelled = _labelled([days.x(each.on) for each in complete])
    for each, has_number in zip(complete, labelled, strict=True):
        value = each.value or 0
        x, y = days.x(each.on), values.y(value)
        is_reliable = first is not None and track.is_reliable(value - first)
        yield Point(
            x=_written(x),
            y=_written(y),
            words=f"{long_day(each.on)}: {_written(value)}",
            diamond=_diamond(x, y) if is_reliable else "",
            number=Label(_written(x), _written(y - 11), _written(value)) if has_number else None,
        )


def _labelled(spots: Sequence[float]) -> list[bool]:
    """Which points get their number: the last one, and from the left on those with room."""
    chosen, taken = [], -float(LABEL_APART)
    for spot in spots[:-1]:
        has_room = spot - taken >= LABEL_APART and spots[-1] - spot >= LABEL_APART
        chosen.append(has_room)
        taken = spot if has_room else taken
    return [*chosen, *(True for _ in spots[-1:])]


def _diamond(x: float, y: float) -> str:
    right, low, left, high = (_written(at) for at in (x + MARK, y + MARK, x - MARK, y - MARK))
    across, down = _written(x), _written(y)
    return f"M{across} {high}L{right} {down}L{across} {low}L{left} {down}Z"


def _describe(track: Track, readings: Sequence[Reading]) -> str:
    """All of it in words, for who does not see it; the table beside it says each value."""
    complete = [each for each in readings if each.value is not None]
    told = [f"Values from {track.lowest} to {track.highest}."]
    if complete:
        least, most = (pick(each.value or 0 for each in complete) for pick in (min, max))
        first, last = complete[0], complete[-1]
        told.append(
            f"{long_day(first.on)}: {_written(first.value or 0)}. "
            f"{long_day(last.on)}: {_written(last.value or 0)}. "
            f"Between {_written(least)} and {_written(most)}."
        )
    missing = len(readings) - len(complete)
    if missing:
        told.append(f"Incomplete: {missing}.")
    return " ".join(told)


def long_day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _written(number: float) -> str:
    """At most one decimal, and none where it is whole; a point, whatever the language."""
    return f"{number:.1f}".removesuffix(".0")

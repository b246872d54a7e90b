"""Time zones as people speak of them: a city's name, and how far another city's clock is off."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

AREAS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia",
    "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip
NEAR = (
    ("America/New_York", "Eastern: New York"),
    ("America/Chicago", "Central: Chicago"),
    ("America/Denver", "Mountain: Denver"),
    ("America/Phoenix", "Mountain, no summer time: Phoenix"),
    ("America/Los_Angeles", "Pacific: Los Angeles"),
    ("America/Anchorage", "Alaska: Anchorage"),
    ("Pacific/Honolulu", "Hawaii: Honolulu"),
)
SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip


class UnknownZone(ValueError):
    """The text names no zone of the IANA database."""


@cache
def _known() -> frozenset[str]:
    return frozenset(
        name for name in available_timezones() if name == "UTC" or name.split("/")[0] in AREAS
    )


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises UnknownZone, also for a path or an alias such as EST."""
    if name not in _known():
        raise UnknownZone(name)
    return ZoneInfo(name)


def city(zone: ZoneInfo) -> str:
    """`America/Argentina/Buenos_Aires` -> `Buenos Aires`."""
    return zone.key.rpartition("/")[2].replace("_", " ")


@cache
def choices() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Groups for a select: the United States first, then every area with its cities."""
    near = {name for name, _ in NEAR}
    groups: list[tuple[str, Sequence[tuple[str, str]]]] = [("United States", NEAR)]
    for area in AREAS:
        names = sorted(n for n in _known() if n.startswith(f"{area}/") and n not in near)
        groups.append((area, [(name, _label(name)) for name in names]))
    return [*groups, ("Everywhere", [("UTC", "UTC")])]


def _label(name: str) -> str:
    *regions, place = name.split("/")[1:]
    return ", ".join([place, *regions]).replace("_", " ")


def difference(here: ZoneInfo, there: ZoneInfo, moment: datetime) -> str:
    """How the clock `there` stands against the clock `here`: "three hours later"."""
    gap = _offset(there, moment) - _offset(here, moment)
    if gap == 0:
        return "the same time"
    return f"{_duration(abs(gap))} {'later' if gap > 0 else 'earlier'}"


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    whole = SMALL[hours] if hours < len(SMALL) else str(hours)
    if not hours:
        return f"{rest} minutes"
    if rest == 30:
        return f"{whole} and a half hours"
    tail = f" and {rest} minutes" if rest else ""
    return f"{whole} hour{'' if hours == 1 else 's'}{tail}"

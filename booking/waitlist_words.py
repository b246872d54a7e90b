"""What somebody waits for, in words."""

from booking.models import PartOfDay, Place, WaitlistEntry, Weekday
from booking.wording import day_and_year

SHORT_PARTS = {
    PartOfDay.MORNING: "morning",
    PartOfDay.AFTERNOON: "afternoon",
    PartOfDay.EVENING: "evening",
}


def wished(entry: WaitlistEntry) -> str:
    """`Monday or Friday, morning, video, until March 5, 2027`; `Any time` where all is open."""
    said = [
        " or ".join(Weekday(day).label for day in entry.weekdays),
        " or ".join(SHORT_PARTS[PartOfDay(part)] for part in entry.parts),
        Place(entry.place).label.lower() if entry.place else "",
        f"until {day_and_year(entry.until_on)}" if entry.until_on else "",
    ]
    words = ", ".join(part for part in said if part)
    return words[:1].upper() + words[1:] or "Any time"

"""How the invented therapist of the demo works, in two versions."""

from datetime import datetime, timedelta
from pathlib import Path

from booking.models import Practitioner, WayOfWorking
from booking.services import ways_of_working
from booking.ways.starter import starter_way

CONTENT = Path(__file__).parent / "demo_content"
FIRST_PUBLISHED = timedelta(days=140)
CHANGED = timedelta(days=35)

PLACES = {
    "lead": "both",
    "plan": "both",
    "time": "rather-second",
    "way-in": "rather-second",
    "push": "rather-first",
    "silence": "rather-first",
    "self": "both",
    "speed": "rather-first",
    "practice": "rather-first",
    "emdr-explain": "first",
}
SENTENCES = {
    "lead": "I hold the frame and the clock; you decide what we go near, and when we stop.",
    "plan": "I bring a thread from last time. If your week has something louder, that comes first.",
    "time": "Old things are why most people come to me. We always come back to today.",
    "way-in": "I ask often what you notice in your body. You may answer “nothing”.",
    "silence": "When it goes quiet, I am with you. Ask me what I am thinking, any time.",
    "speed": "We don’t touch hard memories before you can settle without me.",
    "practice": "Five minutes a day of what we have practiced, no more. I ask how it went, and a "
    "week without it is nothing to be sorry for.",
    "emdr-explain": "I say what we do and why before we do it.",
}
EARLIER_SENTENCES = SENTENCES | {
    "practice": "Ten minutes a day of what we have practiced.",
    "time": "Old things are why most people come to me.",
}
NOT_FOR = [
    "You are in danger now, or need someone who can be reached day and night.",
    "You need medication, a diagnosis for a court, or an evaluation for custody.",
    "Alcohol or drugs are the first thing that has to change.",
    "You are under eighteen.",
]
FIRST_CONVERSATION = (
    "You say in a few sentences what brings you, or we read together what you wrote. We don’t go "
    "into hard memories. You ask what you want to know, also about fees and doubts. I say whether "
    "I think I can help, and how we would begin. If it is no, from either of us, you leave with "
    "two or three other names."
)


def publish_way(practitioner: Practitioner, *, now: datetime) -> None:
    """The version of some months ago, and what was changed in it since."""
    for seen, (sentences, ago) in enumerate(
        ((EARLIER_SENTENCES, FIRST_PUBLISHED), (SENTENCES, CHANGED))
    ):
        ways_of_working.publish(
            way=_way(practitioner, sentences, not_for=NOT_FOR[: 3 + seen]),
            seen=seen,
            by=practitioner.user,
            now=now - ago,
        )


def _way(
    practitioner: Practitioner, sentences: dict[str, str], *, not_for: list[str]
) -> WayOfWorking:
    way = starter_way(practitioner)
    way.opening = (CONTENT / "way_opening.md").read_text().strip()
    way.more = (CONTENT / "way_more.md").read_text().strip()
    way.places, way.sentences, way.not_for = dict(PLACES), dict(sentences), not_for
    way.first_conversation = FIRST_CONVERSATION
    return way

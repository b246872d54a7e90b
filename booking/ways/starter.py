"""Words to begin with: in the editor of a new practice, on no page before she publishes them."""

from booking.models import Practitioner, WayOfWorking
from booking.ways.dimensions import BOTH, RATHER_FIRST
from booking.ways.words import DIMENSIONS

OPENING = """\
Most memories fade into the past by themselves. Some do not: a sound or a smell brings the whole \
of it back, as if it were happening now. EMDR is a way of helping such a memory find its place. \
You keep a part of it in mind while you follow a movement with your eyes, or feel a light tap left \
and right. You stay awake, in charge, and able to stop at any moment.
"""
PHASES = (
    (
        "Getting to know you",
        "What brings you, what has helped before, what has not, and what you want to be able to "
        "do again.",
    ),
    (
        "Steady ground first",
        "We practice ways to settle body and mind until you can rely on them. Hard memories wait.",
    ),
    (
        "Choosing where to begin",
        "We pick one memory, and find the picture, the thought and the feeling that belong to it.",
    ),
    (
        "Working with the memory",
        "In short rounds, with pauses. You notice what comes; you need not explain it.",
    ),
    (
        "Making room for something new",
        "When the sting is gone, we look for the thought that fits you now.",
    ),
    (
        "Listening to the body",
        "If something is still tight, we stay with it a little longer.",
    ),
    (
        "Coming back",
        "Every session ends calm, with enough time, whether or not we are finished.",
    ),
    (
        "Looking again",
        "Next time we see what has changed, and what is next.",
    ),
)
NOT_FOR = (
    "You are in danger now, or need someone who can be reached day and night.",
    "You need medication, or an evaluation for a court.",
    "Alcohol or drugs are the first thing that has to change.",
    "You are under eighteen.",
)
FIRST_CONVERSATION = """\
You say in a few sentences what brings you, and choose what to leave out. We don’t go into hard \
memories. You ask what you would like to know. I say whether I think I can help, and if not, who \
might. Nobody has to decide at once.
"""
PLACES = {dimension.code: BOTH for dimension in DIMENSIONS} | {
    "speed": RATHER_FIRST,
    "emdr-explain": RATHER_FIRST,
}


def starter_way(practitioner: Practitioner) -> WayOfWorking:
    """Not saved."""
    return WayOfWorking(
        practitioner=practitioner,
        opening=OPENING.strip(),
        places=dict(PLACES),
        phases=[{"title": title, "text": text} for title, text in PHASES],
        not_for=list(NOT_FOR),
        first_conversation=FIRST_CONVERSATION.strip(),
    )

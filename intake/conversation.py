"""Questions for the first hours, each tied to a question of the intake that gives rise to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """What she may ask where this question of a questionnaire was answered."""

    slug: str
    link_id: str
    question: str


def _topics(slug: str, **questions: str) -> tuple[Topic, ...]:
    """Names carry `_` where a linkId has `-`."""
    return tuple(
        Topic(slug, name.replace("_", "-"), question) for name, question in questions.items()
    )


EARLIER = _topics(
    "earlier-therapy",
    what_helped="What of this should be there from the first hour on?",
    helped_words="What made that moment possible?",
    not_helped="How would I notice if it began to be like that here?",
    not_helped_words="What would have to be there, so that you don’t miss it again?",
    why_ended="What should I know of that ending, so that ours can be a better one?",
    said_so="What would make it easier to tell me when something is wrong?",
    hurt="You don’t have to tell it. What should I never do, or always ask about first?",
    hurt_words="Thank you for writing this. What do you need from me, so that it is safe to come?",
    different="What would be the first sign that it is different?",
    same="How would you like it to come back here?",
    early_sign="May I ask you about it when I see that?",
)
HOPES = _topics(
    "hopes-fears-expectations",
    hope="Which part of this matters first?",
    first_sign="Who else would notice it?",
    fear="What would make this a little smaller today?",
    fear_words="What would help when it comes up between us?",
    not_ready="It stays closed until you open it. How will you tell me when that changes?",
    therapist_does="Which of these would you miss most?",
    would_disappoint="If that happened in the third session, how would I hear of it?",
)
ASKED = (
    ("From earlier therapy", EARLIER),
    ("From what they hope for and fear", HOPES),
)

"""What therapist and client are both asked about working together, in the same words.

The page "How I work", the therapist's editor, the intake's `how-you-like-to-work` (a test compares
its words with these) and the page that shows both sides are made from here. A dimension is a range
between two ways, each as good as the other: steps have names and an order, and no value.
"""

from dataclasses import dataclass

FIRST, RATHER_FIRST, BOTH, RATHER_SECOND, SECOND = STEPS = (
    "first", "rather-first", "both", "rather-second", "second",
)  # fmt: skip
NO_PREFERENCE, UNSURE = "no-preference", "unsure"
OTHER_ANSWERS = {NO_PREFERENCE: "No preference", UNSURE: "I don’t know yet"}
"""What only a client may answer, beside the steps, their own words and "in person"."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One question about working together, with the five steps in order."""

    code: str
    title: str
    question: str
    therapist: tuple[str, ...]
    """The steps as the therapist says them: "I" is she, "you" the client."""
    client: tuple[str, ...]
    """The same steps as a client says them."""
    nouns: tuple[str, ...]
    """The same, told to the therapist about both: "you" is she, "they" the client."""
    ask_towards_first: str
    """What she may say to a client who hopes for more of the first than is her way."""
    ask_towards_second: str

    @property
    def codes(self) -> tuple[str, ...]:
        return STEPS

    def says(self, step: str) -> str:
        return self.therapist[STEPS.index(step)]

    def hopes(self, step: str) -> str:
        return self.client[STEPS.index(step)]

    def question_between(self, hers: str, theirs: str) -> str:
        """A question to talk over, told to her; empty where both chose the same step."""
        here, there = STEPS.index(hers), STEPS.index(theirs)
        if here == there:
            return ""
        ask = self.ask_towards_first if there < here else self.ask_towards_second
        return f"Your way is {self.nouns[here]}; they hope for {self.nouns[there]}. “{ask}”"

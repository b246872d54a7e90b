"""A typist whose answers are of a usual length, so that the packet is of a usual size."""

from itertools import cycle

from scripts import demo_intake

USUAL = (
    "Mostly at night, and more often since the spring. Walking helps.",
    "I would like to sleep through, and to be less on guard on the train.",
    "Two years ago, for about five months. It ended when I moved.",
)


class Typist(demo_intake.Typist):
    def __init__(self) -> None:
        super().__init__()
        self._long = cycle(USUAL)

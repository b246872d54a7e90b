"""Which starts inside a room are offered: on the clock's grid, or packed.

A room is an unbroken run of possible starts `[low, high)`: at `low` the session stands as close as
it may to what comes before it (a neighbour with both buffers and the way between two places, or
the edge of the hours), at `high - 1` as close as it may to what comes after. Moving from `low` to a
later start leaves exactly `start - low` seconds empty before it, and `high - 1 - start` after it.

On the grid, every start at a round wall-clock time is offered.

Packed, a start is offered when it stands flush with either side of its room (rounded inwards to a
whole minute), or when it stands on the grid and leaves on each side nothing or at least the
practitioner's shortest block. So a hole too short for any session is left only where a flush
start leaves it too: the room as a whole is then shorter than two blocks, and no start in it could
do better.
"""

from collections.abc import Iterator, Sequence

from booking.intervals import Interval, intersection
from booking.wall_clock import Stretch

MINUTE = 60


def on_grid(rooms: Sequence[Interval], cut: Sequence[Stretch], grid: int) -> Iterator[int]:
    """The starts at round wall-clock times: a multiple of `grid` seconds after midnight."""
    for stretch in cut:
        for low, high in intersection(rooms, [(stretch.start, stretch.end)]):
            first = -(-(low + stretch.offset) // grid) * grid - stretch.offset
            yield from range(first, high, grid)


def packed(
    rooms: Sequence[Interval], cut: Sequence[Stretch], grid: int, shortest: int
) -> list[int]:
    """The starts that leave no useless hole, ascending; `shortest` is a block in seconds."""
    inner = [(low + shortest, high - shortest) for low, high in rooms]
    roomy = [(low, high) for low, high in inner if low < high]
    return sorted({*_flush(rooms), *on_grid(roomy, cut, grid)})


def _flush(rooms: Sequence[Interval]) -> Iterator[int]:
    for low, high in rooms:
        first, last = -(-low // MINUTE) * MINUTE, (high - 1) // MINUTE * MINUTE
        if first <= last:
            yield first
            yield last

"""Sets of whole seconds as sorted, disjoint, half-open intervals [start, end).

Every function takes and returns this normal form (except `merged`, which makes it), so each
operation is one walk with two pointers and costs no more than the length of its inputs.
"""

from collections.abc import Iterable, Iterator, Sequence

Interval = tuple[int, int]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The normal form: sorted, empty ones dropped, touching and overlapping ones joined."""
    result: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def intersection(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """What lies in both."""
    result: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            result.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return result


def difference(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """What lies in `left` and not in `right`."""
    result: list[Interval] = []
    j = 0
    for start, end in left:
        while j < len(right) and right[j][1] <= start:
            j += 1
        k = j
        while k < len(right) and right[k][0] < end:
            if start < right[k][0]:
                result.append((start, right[k][0]))
            start = max(start, right[k][1])
            k += 1
        if start < end:
            result.append((start, end))
        j = max(j, k - 1)
    return result


def contains(intervals: Sequence[Interval], start: int, end: int) -> bool:
    """Whether [start, end) lies wholly in one of them."""
    return any(a <= start and end <= b for a, b in intervals)


def among(points: Iterable[int], intervals: Sequence[Interval]) -> Iterator[int]:
    """The ascending points that lie in one of them."""
    i = 0
    for point in points:
        while i < len(intervals) and intervals[i][1] <= point:
            i += 1
        if i == len(intervals):
            return
        if intervals[i][0] <= point:
            yield point

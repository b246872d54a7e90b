"""A drawn signature as strokes of whole numbers in a box of 600 by 200.

Nothing that a browser sends is kept as it is: points are read out, checked, and written anew.
"""

import re

WIDTH, HEIGHT = 600, 200
MOST_POINTS = 5_000
INK = "#1f4337"

_STROKE = re.compile(r"M\d{1,3} \d{1,3}(?: L\d{1,3} \d{1,3})*")
_POINT = re.compile(r"(\d{1,3}) (\d{1,3})")


class NotADrawing(ValueError):
    """What was sent is not strokes inside the box."""


def read_drawing(sent: str) -> str:
    """The strokes of `M12 80 L14 82 M40 ...`, written anew; empty when nothing was drawn.

    Raises NotADrawing.
    """
    sent = sent.strip()
    strokes = _STROKE.findall(sent)
    if " ".join(strokes) != sent:
        raise NotADrawing
    points = [[(int(x), int(y)) for x, y in _POINT.findall(stroke)] for stroke in strokes]
    if sum(map(len, points)) > MOST_POINTS:
        raise NotADrawing
    if any(x > WIDTH or y > HEIGHT for stroke in points for x, y in stroke):
        raise NotADrawing
    return " ".join(_written(stroke) for stroke in points)


def drawing_svg(strokes: str) -> bytes:
    """An SVG picture of strokes that `read_drawing` has written."""
    path = f'<path d="{strokes}" fill="none" stroke="{INK}" stroke-width="4"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
        f'{path} stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()


def _written(stroke: list[tuple[int, int]]) -> str:
    # A dot is a stroke of one point; drawn as a line of no length with a round end.
    points = stroke if len(stroke) > 1 else stroke * 2
    return "M" + " L".join(f"{x} {y}" for x, y in points)

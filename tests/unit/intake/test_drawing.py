import pytest

from intake.drawing import NotADrawing, drawing_svg, read_drawing


def test_strokes_are_read_and_written_anew():
    assert read_drawing("  M1 2 L3 4 M10 20 ") == "M1 2 L3 4 M10 20 L10 20"
    assert read_drawing("") == ""


@pytest.mark.parametrize(
    "sent",
    [
        "M1 2 L3",
        "M601 2 L3 4",
        "M1 201 L3 4",
        "M1 2 L3 4 Z",
        'M1 2"/><script>x</script>',
        "M-1 2 L3 4",
        "M1 2 " + "L3 4 " * 5_001,
    ],
)
def test_anything_else_is_refused(sent):
    with pytest.raises(NotADrawing):
        read_drawing(sent)


def test_the_picture_holds_the_strokes_and_nothing_else():
    assert b'd="M1 2 L3 4"' in drawing_svg("M1 2 L3 4")
    assert drawing_svg("M1 2 L3 4").count(b"<") == 3

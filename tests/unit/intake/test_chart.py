"""A chart’s geometry: all of it inside its box, gaps where a form was incomplete, and words."""

import itertools
import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Reading, draw
from intake.instruments.catalogue import INSTRUMENTS

PHQ9 = INSTRUMENTS["PHQ-9"].tracks[0]
PCL5 = INSTRUMENTS["PCL-5"].tracks[0]
WHO5 = INSTRUMENTS["WHO-5"].tracks[0]
START = date(2026, 1, 8)


def drawn(track, *values, every=14):
    readings = [Reading(START + timedelta(days=every * n), v) for n, v in enumerate(values)]
    return draw(track, readings, anchor="chart", title="Over time")


def test_bands_are_named_and_their_edges_are_lines():
    chart = drawn(PHQ9, 19, 12, 8)

    assert [label.text for label in chart.names] == [
        "minimal",
        "mild",
        "moderate",
        "moderately severe",
        "severe",
    ]
    assert [label.text for label in chart.values] == ["0", "5", "10", "15", "20", "27"]
    assert len(chart.edges) == 4
    assert chart.reliable == ()


def test_each_point_says_its_day_and_its_total():
    chart = drawn(PHQ9, 19, 12)

    assert [point.words for point in chart.points] == [
        "January 8, 2026: 19",
        "January 22, 2026: 12",
    ]
    assert [point.number.text for point in chart.points] == ["19", "12"]
    assert chart.description == (
        "Values from 0 to 27. January 8, 2026: 19. January 22, 2026: 12. Between 12 and 19."
    )


def test_the_line_breaks_where_a_form_was_incomplete():
    chart = drawn(PHQ9, 19, 17, None, 12, 11, None, 9)

    assert len(chart.segments) == 2
    assert [gap.words for gap in chart.gaps] == [
        "February 5, 2026: incomplete",
        "March 19, 2026: incomplete",
    ]
    assert chart.description.endswith("Incomplete: 2.")


def test_a_reliable_change_has_a_mark_of_its_own_and_its_line():
    chart = drawn(PCL5, 58, 50, 43, 60, 20)

    assert [bool(point.diamond) for point in chart.points] == [False, False, True, False, True]
    assert [label.text for label in chart.names] == ["reliably better", "reliably worse"]
    assert [label.text for label in chart.values] == ["0", "31, 33", "80"]


def test_more_is_better_where_the_instrument_says_so():
    chart = drawn(WHO5, 40, 60)

    named = {label.text: float(label.y) for label in chart.names}
    assert named["reliably better"] < named["reliably worse"]
    assert [bool(point.diamond) for point in chart.points] == [False, True]


def test_the_first_complete_one_is_the_measure_of_change():
    chart = drawn(PCL5, None, 58, 43)

    assert [bool(point.diamond) for point in chart.points] == [False, True]


def test_one_reading_stands_in_the_middle_and_none_complete_is_no_line():
    alone = drawn(PHQ9, 7)
    nothing = drawn(PHQ9, None)

    assert float(alone.points[0].x) == (LEFT + RIGHT) / 2
    assert (alone.segments, nothing.points) == ((), ())
    assert nothing.description == "Values from 0 to 27. Incomplete: 1."


def test_months_stand_below_with_the_year_where_it_changes():
    year = drawn(PHQ9, *[10] * 27)
    weeks = drawn(PHQ9, 10, 9, every=7)

    assert [label.text for label in year.days] == ["Feb 2026", "May", "Aug", "Nov"]
    assert [label.text for label in weeks.days] == ["Jan 8", "Jan 15"]


TRACKS = st.sampled_from([t for one in INSTRUMENTS.values() for t in one.tracks])


@st.composite
def charts(draw_from):
    track = draw_from(TRACKS)
    value = st.none() | st.floats(track.lowest, track.highest, allow_nan=False)
    days = draw_from(
        st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, max_size=30)
    )
    readings = [Reading(day, draw_from(value)) for day in sorted(days)]
    return readings, draw(track, readings, anchor="chart", title="Over time")


@given(charts())
def test_everything_stays_inside(pair):
    readings, chart = pair
    points = [*chart.points, *chart.gaps]

    assert len(points) == len(readings)
    for point in points:
        assert LEFT <= float(point.x) <= RIGHT
        assert TOP <= float(point.y) <= BOTTOM
    for label in (*chart.values, *chart.names, *chart.days):
        assert 0 <= float(label.x) <= WIDTH
        assert 0 <= float(label.y) <= HEIGHT
    for path in chart.segments:
        assert re.fullmatch(r"M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)+", path)


@given(charts())
def test_numbers_never_touch(pair):
    _, chart = pair
    spots = [float(point.number.x) for point in chart.points if point.number]

    assert all(b - a >= 25.9 for a, b in itertools.pairwise(spots))

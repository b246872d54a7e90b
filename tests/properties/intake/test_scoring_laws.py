"""What holds of every score, whatever the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.instruments.catalogue import INSTRUMENTS, get_instrument

SCALES = {"PHQ-9": 3, "PHQ-2": 3, "GAD-7": 3, "GAD-2": 3, "PCL-5": 4}
BANDED = {"PHQ-9", "GAD-7"}
names = st.sampled_from(sorted(INSTRUMENTS))


@st.composite
def filled_in(draw, blanks=True):
    instrument = get_instrument(draw(names))
    answer = st.integers(0, SCALES[instrument.name])
    if blanks:
        answer = st.none() | answer
    return instrument, draw(st.lists(answer, min_size=instrument.items, max_size=instrument.items))


@given(filled_in(blanks=False))
def test_a_complete_total_is_the_sum_and_lies_in_its_band(case):
    instrument, answers = case

    result = instrument.score(answers)

    assert result.is_complete
    assert result.total == sum(answers)
    assert result.lowest <= result.total <= result.highest
    assert result.highest == len(answers) * SCALES[instrument.name]
    assert (result.band is not None) == (instrument.name in BANDED)
    if result.band:
        lowest, highest = result.band.rpartition("(")[2].rstrip(")").split("-")
        assert int(lowest) <= result.total <= int(highest)


@given(filled_in())
def test_blanks_are_counted_named_and_never_banded(case):
    instrument, answers = case

    result = instrument.score(answers)

    assert result.missing == answers.count(None) == len(result.missing_items)
    assert all(answers[number - 1] is None for number in result.missing_items)
    if result.missing:
        assert result.band is None
    assert result.prorated == (bool(result.missing) and result.total is not None)


@given(filled_in())
def test_a_prorated_total_stays_between_the_answers_with_blanks_as_lowest_and_highest(case):
    instrument, answers = case

    total = instrument.score(answers).total

    if total is not None:
        given_sum = sum(answer for answer in answers if answer is not None)
        blanks = answers.count(None)
        assert given_sum <= total <= given_sum + blanks * SCALES[instrument.name]


@given(filled_in(blanks=False), st.data())
def test_one_answer_higher_never_lowers_the_total(case, data):
    instrument, answers = case
    top = SCALES[instrument.name]
    raisable = [index for index, answer in enumerate(answers) if answer < top]
    if not raisable:
        return
    index = data.draw(st.sampled_from(raisable))
    raised = [*answers[:index], answers[index] + 1, *answers[index + 1 :]]

    assert instrument.score(raised).total == instrument.score(answers).total + 1


@given(st.lists(st.none() | st.integers(0, 3), min_size=9, max_size=9))
def test_item_nine_alone_decides_safety(answers):
    safety = get_instrument("PHQ-9").score(answers).safety

    expected = {None: "unanswered", 0: False}.get(answers[8], True)
    assert safety == expected
    assert type(safety) is type(expected)


@given(st.lists(st.integers(0, 4), min_size=20, max_size=20))
def test_pcl5_clusters_make_up_the_total(answers):
    result = get_instrument("PCL-5").score(answers)

    assert sum(result.clusters.values()) == result.total
    assert sum(result.endorsed.values()) == sum(answer >= 2 for answer in answers)


@given(filled_in())
@pytest.mark.filterwarnings("error")
def test_json_is_plain_and_says_whether_it_is_complete(case):
    instrument, answers = case

    told = instrument.score(answers).to_json()

    assert told["instrument"] == instrument.name
    assert told["complete"] is (None not in answers)
    assert {"total", "band", "missing", "prorated"} <= told.keys()

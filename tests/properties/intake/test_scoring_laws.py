"""What holds of every score, whatever the answers."""

import json
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from intake.instruments.catalogue import INSTRUMENTS, get_instrument
from intake.instruments.change import CHANGES
from intake.instruments.cssrs import LEVELS
from intake.instruments.lec import EXPOSED, KINDS

SCALES = {"PHQ-9": 3, "PHQ-2": 3, "GAD-7": 3, "GAD-2": 3, "PCL-5": 4, "WHO-5": 5, "ACE": 1}
"""The instruments that are sums of their items, each from 0."""
OTHERS = {
    "PC-PTSD-5": st.integers(0, 1),
    "DES-II": st.integers(0, 10).map(lambda tens: 10 * tens),
    "ITQ": st.integers(0, 4),
    "C-SSRS screener": st.integers(0, 1),
    "C-NIP": st.integers(-3, 3),
    "LEC-5": st.lists(st.sampled_from(KINDS[:-1]), min_size=1, max_size=5, unique=True)
    | st.just([KINDS[-1]]),
}
SCORES = {name: st.integers(0, highest) for name, highest in SCALES.items()} | OTHERS
BANDED = {"PHQ-9", "GAD-7"}
sums, everything = st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(INSTRUMENTS))


@st.composite
def filled_in(draw, blanks=True, names=sums):
    instrument = get_instrument(draw(names))
    answer = SCORES[instrument.name]
    if blanks:
        answer = st.none() | answer
    count = instrument.items + bool(instrument.gate)
    return instrument, draw(st.lists(answer, min_size=count, max_size=count))


def test_every_instrument_is_drawn():
    assert SCORES.keys() == INSTRUMENTS.keys()


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


def test_bands_part_the_whole_range_without_gaps():
    for name in BANDED:
        (track,) = INSTRUMENTS[name].tracks
        points = [n for band in track.bands for n in range(band.lowest, band.highest + 1)]
        assert points == list(range(track.lowest, track.highest + 1))


@given(filled_in())
def test_blanks_are_counted_named_and_never_banded(case):
    instrument, answers = case

    result = instrument.score(answers)

    assert result.missing == answers.count(None) == len(result.missing_items)
    assert all(answers[number - 1] is None for number in result.missing_items)
    if result.missing:
        assert result.band is None
    assert result.prorated == (bool(result.missing) and result.total is not None)


@given(filled_in(names=everything))
def test_a_blank_is_never_a_zero_in_silence(case):
    """Where zero in its place would score otherwise, the result says that it is incomplete."""
    instrument, answers = case
    lowest = ["does-not-apply"] if instrument.name == "LEC-5" else 0
    zeroed = [lowest if answer is None else answer for answer in answers]

    result, with_zeros = instrument.score(answers), instrument.score(zeroed)

    if result.is_complete:
        assert result == with_zeros
    else:
        assert result != with_zeros
        assert result.band is None
        assert None in answers


@given(filled_in())
def test_a_prorated_total_stays_between_the_answers_with_blanks_as_lowest_and_highest(case):
    instrument, answers = case

    total = instrument.score(answers).total

    if total is not None:
        given_sum = sum(answer for answer in answers if answer is not None)
        blanks = answers.count(None)
        assert given_sum <= total <= given_sum + blanks * SCALES[instrument.name]


@given(filled_in(blanks=False), st.data())
def test_one_answer_higher_raises_the_total_by_one(case, data):
    instrument, answers = case
    top = SCALES[instrument.name]
    raisable = [index for index, answer in enumerate(answers) if answer < top]
    assume(raisable)
    index = data.draw(st.sampled_from(raisable))
    raised = [*answers[:index], answers[index] + 1, *answers[index + 1 :]]

    assert instrument.score(raised).total == instrument.score(answers).total + 1


@given(filled_in(blanks=False), st.data())
def test_the_order_of_answers_does_not_change_a_sum_or_its_band(case, data):
    instrument, answers = case
    shuffled = data.draw(st.permutations(answers))

    one, other = instrument.score(answers), instrument.score(shuffled)

    assert (one.total, one.band) == (other.total, other.band)


@given(st.lists(st.none() | st.integers(0, 3), min_size=9, max_size=9))
@example([3] * 8 + [0])
@example([0] * 8 + [1])
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


@given(st.lists(OTHERS["DES-II"], min_size=28, max_size=28), st.data())
def test_des_means_lie_between_the_answers_and_know_no_order(answers, data):
    result = get_instrument("DES-II").score(answers)
    shuffled = get_instrument("DES-II").score(data.draw(st.permutations(answers)))

    assert min(answers) <= result.values["mean"] <= max(answers)
    assert result.values["mean"] == shuffled.values["mean"]
    assert result.flags["ge30"] == (Fraction(sum(answers), 28) >= 30)


@given(st.lists(st.integers(0, 4), min_size=18, max_size=18))
def test_itq_gives_one_result_by_its_two_criteria(answers):
    result = get_instrument("ITQ").score(answers)

    has_ptsd, has_dso = result.flags["ptsd_criteria"], result.flags["dso_criteria"]
    assert (result.values["result"] == "CPTSD") == (has_ptsd and has_dso)
    assert (result.values["result"] == "PTSD") == (has_ptsd and not has_dso)
    assert result.values["ptsd_sum_P1_6"] == sum(answers[:6])
    assert result.values["dso_sum_C1_6"] == sum(answers[9:15])


@given(st.lists(st.none() | st.integers(0, 1), min_size=7, max_size=7), st.integers(0, 6))
def test_one_more_yes_never_lowers_the_cssrs(answers, index):
    score = get_instrument("C-SSRS screener").score
    before = score(answers)
    after = score([*answers[:index], 1, *answers[index + 1 :]])

    def rank(result):
        return LEVELS.index(result.values["at_least"])

    assert rank(after) >= rank(before)
    assert after.safety is True
    if before.is_complete:
        assert before.values["level"] == before.values["at_least"]


@given(st.lists(st.none() | OTHERS["LEC-5"], min_size=17, max_size=17))
def test_lec5_hears_every_event(answers):
    exposure = get_instrument("LEC-5").score(answers).values["exposure"]

    assert exposure is True or not any(kind in EXPOSED for kinds in answers for kind in kinds or ())
    assert exposure is not False or None not in answers


@given(st.lists(st.integers(-3, 3), min_size=18, max_size=18))
def test_cnip_scales_make_up_all_answers_and_turn_with_the_poles(answers):
    told = get_instrument("C-NIP").score(answers).values
    turned = get_instrument("C-NIP").score([-answer for answer in answers]).values

    assert sum(told["scales"].values()) == sum(answers)
    assert turned["scales"] == {name: -points for name, points in told["scales"].items()}


@given(st.sampled_from(CHANGES), st.integers(0, 80), st.integers(0, 80))
def test_a_change_is_better_or_worse_and_never_both(change, baseline, now):
    told = change.to_json(baseline, now)
    back = change.to_json(now, baseline)
    better, worse = (
        ("reliable_ge15", "reliably_worse_ge15")
        if "drop" in told
        else ("better_ge10", "worse_ge10")
    )

    assert not (told[better] and told[worse])
    assert (told[better], told[worse]) == (back[worse], back[better])


@given(filled_in(names=everything))
def test_json_is_plain_and_says_whether_it_is_complete(case):
    instrument, answers = case

    result = instrument.score(answers)
    told = result.to_json()

    assert json.loads(json.dumps(told)) == told
    assert told["instrument"] == instrument.name
    assert told["complete"] is (told["missing"] == 0)
    assert {"total", "band", "missing", "missing_items", "prorated", "safety"} <= told.keys()


@given(filled_in(names=everything, blanks=False))
def test_what_can_be_followed_stands_in_the_score(case):
    instrument, answers = case
    told = instrument.score(answers).to_json()

    for track in instrument.tracks:
        assert track.lowest <= track.value_in(told) <= track.highest
        assert all(track.lowest < edge <= track.highest for edge in track.edges)

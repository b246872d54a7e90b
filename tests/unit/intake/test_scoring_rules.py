"""Boundary by boundary: the instruments beside PHQ, GAD and PCL-5."""

import pytest

from intake.instruments.catalogue import INSTRUMENTS, find_change, get_instrument
from intake.instruments.result import InvalidAnswers


def score(name, answers, **options):
    return get_instrument(name).score(answers, **options)


@pytest.mark.parametrize(
    ("yes", "ge3", "ge4"),
    [
        (0, False, False),
        (2, False, False),
        (3, True, False),
        (4, True, True),
        (5, True, True),
    ],
)
def test_pc_ptsd5_counts_behind_the_gate(yes, ge3, ge4):
    result = score("PC-PTSD-5", [1] + [1] * yes + [0] * (5 - yes))

    assert (result.total, result.missing, result.band) == (yes, 0, None)
    assert result.flags == {"ge3": ge3, "ge4": ge4}
    assert result.values == {"gate": True}


@pytest.mark.parametrize("asked", [[None] * 5, [1] * 5, [0] * 5])
def test_pc_ptsd5_ends_at_a_closed_gate(asked):
    result = score("PC-PTSD-5", [0, *asked])

    assert (result.total, result.missing) == (0, 0)
    assert result.flags == {"ge3": False, "ge4": False}


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ([None] * 6, (0,)),
        ([None, 1, 1, 1, 1, 1], (0,)),
        ([1, 1, 1, 1, 1, None], (5,)),
        ([1, None, 1, None, 1, 1], (1, 3)),
    ],
)
def test_pc_ptsd5_with_a_blank_is_incomplete(answers, missing):
    result = score("PC-PTSD-5", answers)

    assert (result.total, result.missing_items, result.flags) == (None, missing, {})
    gate = None if answers[0] is None else bool(answers[0])
    assert result.to_json() | {"ge3": None, "ge4": None, "gate": gate} == result.to_json()


EVENTS = [["does-not-apply"]] * 17


def test_lec5_has_no_score():
    result = score("LEC-5", [["witnessed", "happened"], *EVENTS[1:]])

    assert (result.total, result.band, result.flags) == (None, None, {})
    assert result.values["exposure"] is True
    assert result.values["events"]["1"] == ["happened", "witnessed"]
    assert result.is_complete


@pytest.mark.parametrize(
    ("first", "exposure"),
    [
        (["does-not-apply"], False),
        (["happened"], True),
        (["witnessed"], True),
        (["learned"], True),
        (["job"], True),
        (["not-sure"], None),
        (["job", "not-sure"], True),
        ([], None),
        (None, None),
    ],
)
def test_lec5_exposure_is_a_no_only_when_every_event_is_denied(first, exposure):
    assert score("LEC-5", [first, *EVENTS[1:]]).values["exposure"] is exposure


def test_lec5_names_the_blank_events():
    result = score("LEC-5", [*EVENTS[:3], None, *EVENTS[4:16], []])

    assert (result.missing, result.missing_items) == (2, (4, 17))
    assert "4" not in result.values["events"]


@pytest.mark.parametrize(
    ("answers", "mean", "taxon", "ge30"),
    [
        ([0] * 28, 0.0, 0.0, False),
        ([100] * 28, 100.0, 100.0, True),
        ([30] * 28, 30.0, 30.0, True),
        ([20, *[30] * 27], 29.64, 30.0, False),
        ([30, 30, 20, *[30] * 25], 29.64, 28.75, False),
        ([40, *[30] * 27], 30.36, 30.0, True),
        ([0] * 27 + [10], 0.36, 0.0, False),
    ],
)
def test_des(answers, mean, taxon, ge30):
    result = score("DES-II", answers)

    assert result.values == {"mean": mean, "taxon8_mean": taxon}
    assert result.flags == {"ge30": ge30}
    assert result.total is None


@pytest.mark.parametrize("item", [3, 5, 7, 8, 12, 13, 22, 27])
def test_des_taxon_items(item):
    answers = [0] * 28
    answers[item - 1] = 100

    assert score("DES-II", answers).values["taxon8_mean"] == 12.5


def test_des_means_are_rounded_half_up():
    # 10 / 8 = 1.25 and 70 / 28 = 2.5 are exact; 130 / 28 = 4.642857... is not.
    answers = [0] * 28
    answers[0], answers[1] = 100, 30

    assert score("DES-II", answers).values == {"mean": 4.64, "taxon8_mean": 0.0}


@pytest.mark.parametrize(
    ("ptsd", "dso", "result", "sums"),
    [
        ([2, 0, 2, 0, 2, 0, 2, 0, 0], [0] * 9, "PTSD", (6, 0)),
        ([0, 2, 0, 2, 0, 2, 0, 0, 2], [0] * 9, "PTSD", (6, 0)),
        ([2, 0, 2, 0, 2, 0, 1, 1, 1], [0] * 9, "none", (6, 0)),  # no impairment
        ([1, 1, 4, 4, 4, 4, 4, 4, 4], [4] * 9, "none", (18, 24)),  # nothing of the first pair
        ([4, 4, 1, 1, 4, 4, 4, 4, 4], [4] * 9, "none", (18, 24)),
        ([4, 4, 4, 4, 1, 1, 4, 4, 4], [4] * 9, "none", (18, 24)),
        ([2, 0, 0, 2, 2, 0, 0, 2, 0], [2, 0, 0, 2, 0, 2, 0, 0, 2], "CPTSD", (6, 6)),
        ([2, 0, 0, 2, 2, 0, 0, 2, 0], [2, 0, 0, 2, 0, 2, 1, 1, 1], "PTSD", (6, 6)),
        ([2, 0, 0, 2, 2, 0, 0, 2, 0], [2, 2, 2, 2, 1, 1, 2, 2, 2], "PTSD", (6, 10)),
        ([1] * 9, [4] * 9, "none", (6, 24)),
    ],
)
def test_itq(ptsd, dso, result, sums):
    told = score("ITQ", ptsd + dso).values

    assert told["result"] == result
    assert (told["ptsd_sum_P1_6"], told["dso_sum_C1_6"]) == sums


@pytest.mark.parametrize(
    ("answers", "raw", "percent", "low", "le28"),
    [
        ([0] * 5, 0, 0, True, True),
        ([2, 2, 1, 1, 1], 7, 28, True, True),
        ([2, 2, 2, 1, 1], 8, 32, True, False),
        ([3, 3, 2, 2, 2], 12, 48, True, False),
        ([3, 3, 3, 2, 2], 13, 52, False, False),
        ([5] * 5, 25, 100, False, False),
    ],
)
def test_who5(answers, raw, percent, low, le28):
    result = score("WHO-5", answers)

    assert result.values == {"raw": raw, "percent": percent}
    assert result.flags == {"low_le50": low, "le28": le28}


@pytest.mark.parametrize(("count", "ge4"), [(0, False), (3, False), (4, True), (10, True)])
def test_ace_is_a_count(count, ge4):
    result = score("ACE", [1] * count + [0] * (10 - count))

    assert (result.total, result.highest, result.flags) == (count, 10, {"ge4": ge4})


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ([0, 0, 0, 0, 0, 0, 0], "none"),
        ([1, 0, None, None, None, 0, 0], "low"),
        ([0, 1, 0, 0, 0, 0, 0], "low"),
        ([1, 1, 1, 0, 0, 0, 0], "moderate"),
        ([0, 0, None, None, None, 1, 0], "moderate"),
        ([1, 1, 0, 1, 0, 0, 0], "high"),
        ([1, 1, 0, 0, 1, 0, 0], "high"),
        ([0, 0, None, None, None, 1, 1], "high"),
        ([0, 0, None, None, None, 0, 1], "high"),
        ([0, 0, 0, 0, 1, 0, 0], "high"),  # inconsistent, and heard
        ([1, 1, None, 1, None, 0, 0], "high"),  # the blanks could change nothing
        ([1, 1, None, 0, 0, 1, 0], "moderate"),
    ],
)
def test_cssrs_levels(answers, level):
    result = score("C-SSRS screener", answers)

    assert (result.values["level"], result.is_complete) == (level, True)
    assert result.safety is (level != "none")


@pytest.mark.parametrize(
    ("answers", "missing", "at_least", "safety"),
    [
        ([None, 0, None, None, None, 0, 0], (1,), "none", "unanswered"),
        ([0, None, None, None, None, 0, 0], (2,), "none", "unanswered"),
        ([0, 0, None, None, None, None, None], (6, 7), "none", "unanswered"),
        ([0, 0, 0, 0, 0, 0, None], (7,), "none", "unanswered"),
        ([None, None, None, 1, None, None, None], (1, 2, 6, 7), "high", True),
        ([1, 1, None, None, None, 0, 0], (3, 4, 5), "low", True),
        ([1, 1, 1, 0, None, 0, 0], (5,), "moderate", True),
    ],
)
def test_cssrs_has_no_level_while_a_blank_could_change_it(answers, missing, at_least, safety):
    result = score("C-SSRS screener", answers)

    assert (result.values, result.missing_items) == (
        {"level": None, "at_least": at_least},
        missing,
    )
    assert result.safety == safety


SCALES = {
    "TD-CD": (0, 5, "therapist directiveness", 8, "client directiveness", -3),
    "EI-ER": (5, 10, "emotional intensity", 7, "emotional reserve", -1),
    "Past-Present": (10, 13, "past orientation", 3, "present orientation", -3),
    "Support-Challenge": (13, 18, "warm support", 4, "focused challenge", -4),
}


@pytest.mark.parametrize("name", SCALES)
def test_cnip_strong_preferences_begin_at_their_cut_offs(name):
    first, end, high_name, high, low_name, low = SCALES[name]

    def strong(points):
        answers = [0] * 18
        for item in range(first, end):
            answers[item] = max(-3, min(3, points))
            points -= answers[item]
        told = score("C-NIP", answers).values
        return told["scales"][name], told["strong"][name]

    assert strong(high) == (high, high_name)
    assert strong(high - 1) == (high - 1, None)
    assert strong(low) == (low, low_name)
    assert strong(low + 1) == (low + 1, None)


def test_cnip_says_that_its_cut_offs_are_not_verified():
    assert score("C-NIP", [0] * 18).to_json()["cut_offs_verified"] is False


@pytest.mark.parametrize("cut_off", [31, 32, 33])
def test_the_practice_picks_the_cut_off_of_the_pcl5(cut_off):
    def positive(total):
        answers = [total // 20 + (item < total % 20) for item in range(20)]
        return score("PCL-5", answers, cut_off=cut_off).flags["at_or_above_cut_off"]

    assert (positive(cut_off - 1), positive(cut_off)) == (False, True)


@pytest.mark.parametrize(
    ("baseline", "now", "drop", "reliable", "well", "worse"),
    [
        (52, 38, 14, False, False, False),
        (52, 37, 15, True, False, False),
        (52, 29, 23, True, False, False),
        (52, 28, 24, True, True, False),
        (30, 28, 2, False, True, False),
        (30, 44, -14, False, False, False),
        (30, 45, -15, False, False, True),
        (0, 0, 0, False, True, False),
    ],
)
def test_pcl5_change(baseline, now, drop, reliable, well, worse):
    assert find_change("PCL-5 change").to_json(baseline, now) == {
        "instrument": "PCL-5 change",
        "baseline": baseline,
        "now": now,
        "drop": drop,
        "reliable_ge15": reliable,
        "csc_le28": well,
        "reliably_worse_ge15": worse,
    }


@pytest.mark.parametrize(
    ("baseline", "now", "better", "worse"),
    [(40, 48, False, False), (40, 52, True, False), (50, 60, True, False), (52, 40, False, True)],
)
def test_who5_change(baseline, now, better, worse):
    told = find_change("who5 change").to_json(baseline, now)

    assert (told["better_ge10"], told["worse_ge10"]) == (better, worse)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("phq9", "PHQ-9"),
        ("pc–ptsd–5", "PC-PTSD-5"),  # en dashes, as word processors write them
        ("des ii", "DES-II"),
        ("DES-2", "DES-II"),
        ("c-ssrs", "C-SSRS screener"),
        ("C-SSRS Screener", "C-SSRS screener"),
        ("cnip", "C-NIP"),
        ("who 5", "WHO-5"),
    ],
)
def test_names_are_known_in_any_case_and_with_any_dash(typed, name):
    assert get_instrument(typed).name == name


def test_what_can_not_be_shipped_is_not_scored():
    assert not INSTRUMENTS.keys() & {"WAI-SR", "br-WAI", "ORS", "SRS", "CEQ"}


@pytest.mark.parametrize("name", [name for name in INSTRUMENTS if name != "LEC-5"])
@pytest.mark.parametrize("answer", [True, "1", 1.0, 1000, -4])
def test_answers_off_the_scale_are_refused(name, answer):
    instrument = get_instrument(name)
    answers = [0] * (instrument.items + bool(instrument.gate))
    answers[-1] = answer

    with pytest.raises(InvalidAnswers):
        instrument.score(answers)

"""Scores by the published rules; the vectors were worked by hand from those rules."""

import pytest

from intake.instruments.catalogue import UnknownInstrument, get_instrument
from intake.instruments.gad import score_gad2, score_gad7
from intake.instruments.pcl import score_pcl5
from intake.instruments.phq import score_phq2, score_phq9
from intake.instruments.result import InvalidAnswers

MAJOR = "major depressive syndrome"


@pytest.mark.parametrize(
    ("answers", "total", "band", "safety", "algorithm", "positive"),
    [
        ([0] * 9, 0, "minimal (0-4)", False, "none", False),
        ([1] * 4 + [0] * 5, 4, "minimal (0-4)", False, "none", False),
        ([1] * 5 + [0] * 4, 5, "mild (5-9)", False, "none", False),
        ([1] * 8 + [1], 9, "mild (5-9)", True, "none", False),
        ([2] * 5 + [0] * 4, 10, "moderate (10-14)", False, MAJOR, True),
        ([3] * 5 + [0] * 4, 15, "moderately severe (15-19)", False, MAJOR, True),
        ([3] * 6 + [2, 0, 0], 20, "severe (20-27)", False, MAJOR, True),
        ([3] * 9, 27, "severe (20-27)", True, MAJOR, True),
        ([0] * 8 + [1], 1, "minimal (0-4)", True, "none", False),
        ([1, 1, 2, 2, 2, 2, 2, 2, 0], 14, "moderate (10-14)", False, "none", True),
        (
            [2, 0, 2, 0, 0, 0, 0, 0, 0],
            4,
            "minimal (0-4)",
            False,
            "other depressive syndrome",
            False,
        ),
        ([2, 2, 2, 2, 0, 0, 0, 0, 1], 9, "mild (5-9)", True, MAJOR, False),
        ([2] + [0] * 8, 2, "minimal (0-4)", False, "none", False),
    ],
)
def test_phq9_complete(answers, total, band, safety, algorithm, positive):
    result = score_phq9(answers)

    assert (result.total, result.band, result.safety) == (total, band, safety)
    assert (result.algorithm, result.missing, result.prorated) == (algorithm, 0, False)
    assert result.flags == {"positive_ge10": positive}


def test_phq9_with_two_blanks_is_prorated_and_has_no_band_of_its_own():
    result = score_phq9([1] * 7 + [None, None])

    assert (result.total, result.missing, result.prorated) == (9, 2, True)
    assert result.band is None
    assert result.prorated_band == "mild (5-9)"
    assert result.safety == "unanswered"
    assert (result.algorithm, result.flags) == ("none", {"positive_ge10": False})
    assert result.missing_items == (8, 9)


def test_phq9_with_three_blanks_has_no_score():
    result = score_phq9([3] * 6 + [None] * 3)

    assert (result.total, result.band, result.prorated_band) == (None, None, None)
    assert (result.missing, result.prorated, result.safety) == (3, False, "unanswered")
    assert (result.algorithm, result.flags) == (None, {})


def test_phq9_prorates_halves_upwards():
    answers = [1, 1, 1, 1, 0, 0, 0, 0, None]  # 4 / 8 * 9 = 4.5

    assert score_phq9(answers).total == 5


def test_phq9_item_9_is_heard_although_others_are_blank():
    assert score_phq9([None] * 8 + [1]).safety is True


@pytest.mark.parametrize(
    ("answers", "total", "band", "positive"),
    [
        ([0] * 7, 0, "minimal (0-4)", False),
        ([1] * 5 + [0, 0], 5, "mild (5-9)", False),
        ([2, 2, 2, 1, 1, 1, 0], 9, "mild (5-9)", False),
        ([2, 2, 2, 1, 1, 1, 1], 10, "moderate (10-14)", True),
        ([2] * 7, 14, "moderate (10-14)", True),
        ([3] + [2] * 6, 15, "severe (15-21)", True),
        ([3] * 7, 21, "severe (15-21)", True),
    ],
)
def test_gad7_complete(answers, total, band, positive):
    result = score_gad7(answers)

    assert (result.total, result.band, result.prorated) == (total, band, False)
    assert result.flags == {"positive_ge10": positive}
    assert result.safety is None


def test_gad7_with_one_blank_is_prorated():
    result = score_gad7([2] * 6 + [None])

    assert (result.total, result.missing, result.prorated) == (14, 1, True)
    assert (result.band, result.prorated_band) == (None, "moderate (10-14)")
    assert result.flags == {"positive_ge10": True}


@pytest.mark.parametrize("score", [score_phq2, score_gad2])
@pytest.mark.parametrize(
    ("answers", "total", "positive"),
    [
        ([0, 0], 0, False),
        ([1, 1], 2, False),
        ([2, 1], 3, True),
        ([1, 2], 3, True),
        ([3, 3], 6, True),
    ],
)
def test_two_item_screens(score, answers, total, positive):
    result = score(answers)

    assert (result.total, result.band, result.flags) == (total, None, {"positive_ge3": positive})


@pytest.mark.parametrize("score", [score_phq2, score_gad2])
def test_two_item_screens_need_both(score):
    result = score([None, 3])

    assert (result.total, result.missing, result.flags) == (None, 1, {})


PCL_VECTORS = [
    ([0] * 20, 0, (0, 0, 0, 0), (0, 0, 0, 0), False, False, False),
    ([2] * 20, 40, (10, 4, 14, 12), (5, 2, 7, 6), True, True, True),
    (
        [2, 0, 0, 0, 0, 2, 0, 2, 2, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0],
        12, (2, 2, 4, 4), (1, 1, 2, 2), True, False, False,
    ),
    (
        [2, 2, 2, 2, 1, 2, 1, 2, 2, 1, 1, 1, 2, 1, 2, 2, 2, 1, 1, 0],
        30, (9, 3, 10, 8), (4, 1, 3, 3), True, False, False,
    ),
    (
        [2, 2, 2, 2, 1, 2, 1, 2, 2, 1, 1, 1, 2, 1, 2, 2, 2, 1, 1, 1],
        31, (9, 3, 10, 9), (4, 1, 3, 3), True, True, False,
    ),
    (
        [3, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 1, 2, 2, 2, 1, 1, 0],
        33, (11, 4, 10, 8), (5, 2, 3, 3), True, True, True,
    ),
    (  # high, but nothing of cluster C
        [4, 4, 4, 4, 4, 1, 1, 4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 2, 2],
        54, (20, 2, 28, 4), (5, 0, 7, 2), False, True, True,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "total", "clusters", "endorsed", "pattern", "ge31", "ge33"), PCL_VECTORS
)
def test_pcl5_complete(answers, total, clusters, endorsed, pattern, ge31, ge33):
    result = score_pcl5(answers)

    assert (result.total, result.band) == (total, None)
    assert tuple(result.clusters.values()) == clusters
    assert tuple(result.endorsed.values()) == endorsed
    assert result.flags == {
        "provisional_dsm5_pattern": pattern,
        "ge31": ge31,
        "ge33": ge33,
        "at_or_above_cut_off": ge33,
    }


def test_pcl5_needs_every_item():
    result = score_pcl5([4] * 19 + [None])

    assert (result.total, result.missing, result.missing_items) == (None, 1, (20,))
    assert (result.clusters, result.flags) == ({}, {})


@pytest.mark.parametrize(
    "answers",
    [
        [0] * 8,
        [0] * 10,
        [0] * 8 + [4],
        [0] * 8 + [-1],
        [0] * 8 + [True],
        [0] * 8 + ["1"],
        [0] * 8 + [1.0],
    ],
)
def test_answers_off_the_scale_are_refused(answers):
    with pytest.raises(InvalidAnswers):
        score_phq9(answers)


def test_instruments_are_found_by_name_in_any_case():
    assert get_instrument("phq-9").name == "PHQ-9"
    with pytest.raises(UnknownInstrument, match="Known: PHQ-9, PHQ-2, GAD-7, GAD-2, PCL-5"):
        get_instrument("WAI-SR")


def test_json_says_what_a_clinician_needs_and_leaves_out_the_rest():
    assert score_gad2([1, 2]).to_json() == {
        "instrument": "GAD-2",
        "total": 3,
        "lowest": 0,
        "highest": 6,
        "missing": 0,
        "missing_items": [],
        "prorated": False,
        "band": None,
        "safety": None,
        "complete": True,
        "positive_ge3": True,
    }

"""What a clinician reads of a result."""

import pytest

from intake.instruments.catalogue import get_instrument
from intake.instruments.words import findings, headline


def said(name, answers):
    result = get_instrument(name).score(answers)
    return headline(result), [(one.label, one.value) for one in findings(result)]


@pytest.mark.parametrize(
    ("name", "answers", "first"),
    [
        ("PHQ-9", [1] * 9, "9 of 27"),
        ("PHQ-9", [1] * 8 + [None], "incomplete"),
        ("PC-PTSD-5", [0] + [None] * 5, "0 of 5"),
        ("DES-II", [20] * 28, "mean 20.0"),
        ("DES-II", [20] * 27 + [None], "incomplete"),
        ("ITQ", [3] * 18, "CPTSD"),
        ("ITQ", [0] * 18, "none"),
        ("WHO-5", [3, 3, 3, 2, 2], "13 of 25"),
        ("ACE", [1] * 4 + [0] * 6, "4 of 10"),
        ("C-SSRS screener", [1, 1, 0, 1, 0, 0, 0], "level: high"),
        ("C-SSRS screener", [1, 1, None, None, None, 0, 0], "level: not certain: ask"),
        ("LEC-5", [["happened"]] + [None] * 16, "exposure: yes"),
        ("LEC-5", [None] * 17, "exposure: not certain: ask"),
        ("C-NIP", [0] * 18, "see the scales"),
    ],
)
def test_the_one_thing_to_read_first(name, answers, first):
    assert said(name, answers)[0] == first


def test_an_incomplete_level_says_what_is_certain():
    facts = said("C-SSRS screener", [None, None, None, 1, None, None, None])[1]

    assert ("Items", "Incomplete: 4 not answered") in facts
    assert ("Level of risk", "Not certain: ask") in facts
    assert ("What is answered gives at least", "high") in facts


def test_cut_offs_are_named_by_what_they_mean():
    facts = said("WHO-5", [2, 2, 1, 1, 1])[1]

    assert ("Percent", "28") in facts
    assert ("At or below 50 percent: low well-being", "Yes") in facts
    assert ("At or below 28 percent: look for depression", "Yes") in facts


def test_preferences_are_told_with_their_doubt():
    facts = said("C-NIP", [3] * 5 + [0] * 13)[1]

    assert ("Scale TD-CD", "15, strong for therapist directiveness") in facts
    assert ("Scale EI-ER", "0") in facts
    assert ("Cut-offs of a strong preference", "not verified against the paper") in facts


def test_a_blank_of_the_phq_9_takes_band_and_pattern_away():
    labels = [label for label, _ in said("PHQ-9", [2] * 8 + [None])[1]]

    assert "Severity band" not in labels
    assert "Diagnostic algorithm" not in labels
    assert "Thoughts of death or self-harm" in labels

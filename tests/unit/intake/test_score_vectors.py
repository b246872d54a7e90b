"""Worked examples of every instrument, as `manage.py score` prints them."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

VECTORS = json.loads(Path(__file__).with_name("score_vectors.json").read_text(encoding="utf-8"))
INPUTS = {"answers", "gate", "P1_9", "C1_9", "q", "baseline", "now"}
CASES = [(name, vector) for name, vectors in VECTORS.items() for vector in vectors]


def score(capsys, name, typed, *options):
    call_command("score", name, json.dumps(typed), *options)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def expected(vector):
    """The published convention bands a prorated total; here it stands under its own name."""
    wanted = {key: value for key, value in vector.items() if key not in INPUTS}
    if wanted.get("prorated"):
        wanted["prorated_band"] = wanted.pop("band")
        wanted["band"] = None
    return wanted


def same(told, wanted):
    """Equal in type too: 0 is not false."""
    return json.dumps(told, sort_keys=True) == json.dumps(wanted, sort_keys=True)


@pytest.mark.parametrize(("name", "vector"), CASES)
def test_every_vector_with_its_parts_by_name(capsys, name, vector):
    typed = {key: value for key, value in vector.items() if key in INPUTS}

    told = score(capsys, name, typed)

    wanted = {**typed, **expected(vector)}
    assert same({key: told[key] for key in wanted}, wanted)


@pytest.mark.parametrize(("name", "vector"), CASES)
def test_every_vector_as_a_plain_list(capsys, name, vector):
    told = score(capsys, name.lower().replace("-", " "), plain(vector))

    wanted = expected(vector)
    assert same({key: told[key] for key in wanted}, wanted)


def plain(vector):
    if "gate" in vector:
        return [vector["gate"], *(vector["answers"] or [None] * 5)]
    if "P1_9" in vector:
        return vector["P1_9"] + vector["C1_9"]
    if "baseline" in vector:
        return [vector["baseline"], vector["now"]]
    return vector.get("q") or vector["answers"]


def test_the_five_of_the_pc_ptsd_5_alone_are_behind_the_gate(capsys):
    assert score(capsys, "pcptsd5", [1, 0, True, 1, False])["total"] == 3


def test_the_cut_off_of_the_pcl_5_can_be_chosen(capsys):
    thirty_two = [2] * 16 + [0] * 4

    assert score(capsys, "PCL-5", thirty_two)["at_or_above_cut_off"] is False
    lower = score(capsys, "PCL-5", thirty_two, "--cut-off=32")
    assert (lower["cut_off"], lower["at_or_above_cut_off"]) == (32, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("PC-PTSD-5", "[1,1,1]"), "The gate and 5 answers are needed, 3 were given in all."),
        (("PC-PTSD-5", '{"gate": "maybe", "answers": [1,1,1,1,1]}'), "Answer 1 must be 0 to 1"),
        (("LEC-5", json.dumps([["flew"]] + [None] * 16)), "Event 1 must be a list of: happened"),
        (("LEC-5", json.dumps([3] + [None] * 16)), "Event 1 must be a list of: happened"),
        (
            ("LEC-5", json.dumps([["happened", "does-not-apply"]] + [None] * 16)),
            "Event 1 can't both apply and not apply.",
        ),
        (("DES-II", json.dumps([5] * 28)), "Answer 1 must be 0 to 100 in steps of 10, or null"),
        (("ITQ", '{"P1_9": [1,2], "C1_9": []}'), "P1_9 must be a list of 9 answers."),
        (("ITQ", "{}"), "P1_9 must be a list of 9 answers."),
        (("C-SSRS screener", '{"q": 3}'), "must be a JSON list"),
        (("C-SSRS screener", "[0,0,0,0,0,2,0]"), "Answer 6 must be 0 to 1"),
        (("C-NIP", json.dumps([4] * 18)), "Answer 1 must be -3 to 3"),
        (("ACE", '{"answers": "yes"}'), "must be a JSON list"),
        (("WHO-5", "[0,1,2,3,NaN]"), "Answer 5 must be 0 to 5"),
        (("WHO-5", "[[0],1,2,3,4]"), "Answer 1 must be 0 to 5"),
        (("PHQ-9", "[" * 100_000), "must be a JSON list"),
        (("PCL-5 change", "[52]"), "A change is"),
        (("PCL-5 change", "[52, 81]"), "The now must be a score from 0 to 80."),
        (("PCL-5 change", '{"baseline": 52}'), "The now must be a score from 0 to 80."),
        (("WHO-5 change", "[true, 3]"), "The baseline must be a score from 0 to 100."),
        (("PCL-5", json.dumps([0] * 20), "--cut-off=30"), "choose from: 31, 32, 33."),
        (("PHQ-9", json.dumps([0] * 9), "--cut-off=10"), "choose from: none."),
    ],
)
def test_what_can_not_be_scored_is_said(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("score", *arguments)

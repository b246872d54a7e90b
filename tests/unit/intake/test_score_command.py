import json

import pytest
from django.core.management import CommandError, call_command


def run(capsys, *arguments):
    call_command("score", *arguments)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def test_one_json_line(capsys):
    told = run(capsys, "PHQ-9", "[2,2,2,2,2,0,0,0,1]")

    assert told["total"] == 11
    assert told["band"] == "moderate (10-14)"
    assert told["safety"] is True
    assert told["complete"] is True


def test_incomplete_has_no_band(capsys):
    told = run(capsys, "PHQ-9", "[1,1,1,1,1,1,1,null,null]")

    assert (told["total"], told["band"], told["complete"]) == (9, None, False)
    assert (told["safety"], told["missing_items"]) == ("unanswered", [8, 9])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("PHQ-9", "[0,1]"), "9 answers are needed, 2 were given."),
        (("PHQ-9", "nothing"), "must be a JSON list"),
        (("PHQ-9", "3"), "must be a JSON list"),
        (("PHQ-99", "[]"), "is not scored here"),
    ],
)
def test_what_can_not_be_scored_is_said(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("score", *arguments)

"""What changed between two texts, told so that a person can read it."""

from intake.differences import Passage, changes, difference
from portal.shared.word_differences import Piece

OLD = """Therapy is **voluntary**. You can stop at any time.

## Fees

The fee is $150. It is due after the session.

- by card
- by check

| Session | Fee |
|---|---|
| First | $150 |
"""


def told(passage: Passage) -> str:
    marks = {(True, False): "+{}+", (False, True): "-{}-", (False, False): "{}"}
    return " ".join(marks[p.is_added, p.is_removed].format(p.words) for p in passage.pieces)


def test_the_same_text_has_no_changes():
    assert changes(OLD, OLD) == []
    assert [told(passage) for passage in difference(OLD, OLD)] == [
        "Therapy is voluntary. You can stop at any time.",
        "Fees",
        "The fee is $150. It is due after the session.",
        "by card",
        "by check",
        "Session · Fee",
        "First · $150",
    ]


def test_a_changed_word_is_marked_within_its_sentence():
    (changed,) = changes(OLD, OLD.replace("The fee is $150.", "The fee is $160."))
    assert told(changed) == "The fee is -$150.- +$160.+ It is due after the session."
    assert changed.heading == "Fees"


def test_sentences_that_came_and_went_are_told_whole():
    newer = OLD.replace("You can stop at any time.", "Ask whatever you like.")
    (changed,) = changes(OLD, newer)
    assert (
        told(changed)
        == "Therapy is voluntary. +Ask whatever you like.+ -You can stop at any time.-"
    )


def test_items_rows_and_headings_are_passages_of_their_own():
    newer = OLD.replace("- by check\n", "").replace("| First | $150 |", "| First | $170 |")
    assert [(p.kind, told(p)) for p in changes(OLD, newer)] == [
        ("item", "-by check-"),
        ("row", "First · -$150- +$170+"),
    ]


def test_marks_alone_are_no_change():
    assert changes(OLD, OLD.replace("**voluntary**", "voluntary")) == []


def test_lines_of_a_paragraph_may_be_broken_anew():
    assert changes("One two\nthree four.\n", "One two three\nfour.\n") == []


def test_neighbours_are_heard_once():
    (changed,) = changes("", "One sentence. Another one.\n")
    assert changed.pieces == (Piece("One sentence. Another one.", is_added=True),)

"""Which words came and went between two texts."""

from portal.shared.word_differences import Piece, likeness, pieces, runs, word_pieces


def test_what_is_gone_comes_before_what_is_new():
    assert word_pieces("How do you sleep?", "How did you sleep?") == (
        Piece("How"),
        Piece("do", is_removed=True),
        Piece("did", is_added=True),
        Piece("you sleep?"),
    )


def test_a_text_that_is_new_or_gone_is_one_piece():
    assert word_pieces("", "Two words") == (Piece("Two words", is_added=True),)
    assert word_pieces("Two words", "") == (Piece("Two words", is_removed=True),)
    assert word_pieces("", "") == ()


def test_space_alone_is_no_change():
    assert list(pieces(["a ", "b"], ["a\n", "b"], between="")) == [Piece("a\nb")]


def test_runs_cover_both_sequences_in_order():
    found = list(runs(list("abcd"), list("abxd")))

    assert [one.is_same for one in found] == [True, False, True]
    assert [list("abcd")[one.before] for one in found] == [["a", "b"], ["c"], ["d"]]
    assert [list("abxd")[one.after] for one in found] == [["a", "b"], ["x"], ["d"]]


def test_likeness_goes_from_nothing_to_the_same():
    assert likeness(["a", "b"], ["a", "b"]) == 1
    assert likeness(["a"], ["b"]) == 0

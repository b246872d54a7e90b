"""What was probably meant by a mistyped mail address, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.address_hint import COMMON, REAL, edit_distance, suggestion

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="@"), max_size=12)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gmail.con", "ada@gmail.com"),
        ("ada@gmail.co", "ada@gmail.com"),
        ("ada@gmail.cmo", "ada@gmail.com"),
        ("ada@gmial.cmo", "ada@gmail.com"),
        ("ada@gnail.com", "ada@gmail.com"),
        ("ada@gmai.com", "ada@gmail.com"),
        ("ada@GMIAL.com", "ada@gmail.com"),
        ("ada@hotmial.com", "ada@hotmail.com"),
        ("ada@homail.comm", "ada@hotmail.com"),
        ("ada@yahooo.com", "ada@yahoo.com"),
        ("ada@outlok.com", "ada@outlook.com"),
        ("ada@iclould.com", "ada@icloud.com"),
        ("ada@optonlien.net", "ada@optonline.net"),
        ("ada@aol.con", "ada@aol.com"),
        ("ada@small-law-firm.con", "ada@small-law-firm.com"),
        ("Ada.Lovelace+x@hotmial.com", "Ada.Lovelace+x@hotmail.com"),
    ],
)
def test_a_slip_is_recognised(typed: str, meant: str) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "ada@gmail.com",
        "ada@mail.com",
        "ada@email.com",
        "ada@ymail.com",
        "ada@yahoo.ca",
        "ada@hotmail.fr",
        "ada@startup.co",
        "ada@aon.com",
        "ada@columbia.edu",
        "ada@xn--mnchen-3ya.example",
        "ada@localhost",
        "gmial.com",
        "@",
        "",
    ],
)
def test_what_may_well_be_right_is_left_alone(typed: str) -> None:
    assert suggestion(typed) == ""


@given(local=LETTERS, domain=st.sampled_from(sorted(COMMON | REAL)))
def test_a_known_domain_is_never_doubted(local: str, domain: str) -> None:
    assert suggestion(f"{local}@{domain}") == ""


@given(local=LETTERS, domain=LETTERS, ending=st.sampled_from(["com", "con", "cmo", "net", "co"]))
def test_a_hint_keeps_the_name_and_needs_no_other_hint(
    local: str, domain: str, ending: str
) -> None:
    meant = suggestion(f"{local}@{domain}.{ending}")

    assert meant == "" or meant.startswith(f"{local}@")
    assert suggestion(meant) == ""


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("gmail", "gmail", 0),
        ("gmial", "gmail", 1),
        ("gmal", "gmail", 1),
        ("gmaill", "gmail", 1),
        ("gnail", "gmail", 1),
        ("", "aol", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_distance_counts_slips_of_the_fingers(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == distance


@given(LETTERS, LETTERS)
def test_distance_is_the_same_both_ways_and_bounded(one: str, other: str) -> None:
    distance = edit_distance(one, other)

    assert distance == edit_distance(other, one)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))
    assert (distance == 0) == (one == other)

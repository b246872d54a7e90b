"""What is read as a US number, and what is not."""

import pytest

from accounts.phone import NotUsNumber, to_e164


@pytest.mark.parametrize(
    "written",
    [
        "212 555 0100",
        "(212) 555-0100",
        " 212.555.0100 ",
        "2125550100",
        "1-212-555-0100",
        "+1 212 555 0100",
        "+12125550100",
        "212–555–0100",
    ],
)
def test_every_way_to_write_it_is_the_same_number(written):
    assert to_e164(written) == "+12125550100"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "555 0100",  # no area code
        "212 555 010",
        "212 555 01000",
        "112 555 0100",  # no area code begins with 1
        "212 155 0100",  # no exchange does
        "911 555 0100",
        "212 411 0100",
        "+44 20 7946 0958",
        "+2125550100",
        "212 555 0100 x12",
        "212-555-0100; 646-555-0100",
        "call me",
    ],
)
def test_anything_else_is_refused(written):
    with pytest.raises(NotUsNumber):
        to_e164(written)

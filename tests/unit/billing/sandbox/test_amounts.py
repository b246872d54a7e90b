"""Cents in the sandbox: fees, checksums, and nothing but whole numbers."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.sandbox.balance import card_fee
from billing.sandbox.cards import CARDS, look_up, passes_checksum
from billing.sandbox.clock import Clock
from billing.sandbox.errors import ApiError
from billing.sandbox.line_items import make, total
from billing.sandbox.store import Store
from billing.sandbox.world import World


def exact_fee(cents: int) -> int:
    share = (Decimal(cents) * Decimal("0.029")).quantize(Decimal(1), ROUND_HALF_UP)
    return int(share) + 30


def test_the_fee_is_exact_for_every_price_up_to_a_thousand_dollars() -> None:
    assert [card_fee(cents) for cents in range(1, 100_001)] == [
        exact_fee(cents) for cents in range(1, 100_001)
    ]


def sold(unit_amount: str, quantity: str = "1") -> int:
    product = {"name": "Professional services"}
    price = {"currency": "usd", "unit_amount": unit_amount, "product_data": product}
    world = World(Store(), Clock())
    try:
        return total(make(world, [{"quantity": quantity, "price_data": price}]))
    finally:
        world.store.close()


@given(cents=st.integers(50, 99_999_999))
def test_a_price_is_sold_to_the_cent(cents: int) -> None:
    assert sold(str(cents)) == cents


@pytest.mark.parametrize("amount", ["19.99", "-100", "1e3", "", "49", "100000000"])
def test_anything_but_whole_cents_in_range_is_refused(amount: str) -> None:
    with pytest.raises(ApiError):
        sold(amount)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.number)
def test_each_test_card_has_a_valid_number(card: Any) -> None:
    assert passes_checksum(card.number)
    assert look_up(card.grouped) is card


@given(position=st.integers(0, 15), added=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(position: int, added: int) -> None:
    digits = [int(digit) for digit in CARDS[0].number]
    digits[position] = (digits[position] + added) % 10

    assert not passes_checksum("".join(map(str, digits)))


def test_another_valid_number_is_declined() -> None:
    card = look_up("4000 0566 5566 5556")

    assert (card.outcome, card.decline_code) == ("declined", "test_mode_live_card")

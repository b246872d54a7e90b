from datetime import UTC, datetime, timedelta

import pytest

from booking.policy import Policy

START = datetime(2027, 3, 14, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "fee"),
    [
        (timedelta(hours=24), 0),
        (timedelta(hours=24) - timedelta(seconds=1), 7500),
        (timedelta(hours=-1), 7500),
        (timedelta(days=9), 0),
    ],
)
def test_fee_begins_the_second_after_the_free_period(before, fee):
    assert Policy(24, 7500).fee_cents(START, START - before) == fee


FREE = "Move or cancel up to {} before, in one step, at no cost."


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (Policy(24, 0), f"{FREE.format('24 hours')} After that, please call."),
        (Policy(48, 7500), f"{FREE.format('2 days')} After that, the fee is $75."),
        (Policy(1, 50), f"{FREE.format('1 hour')} After that, the fee is $0.50."),
        (Policy(0, 0), "Move or cancel at any time before it begins, at no cost."),
    ],
)
def test_policy_is_one_sentence(policy, sentence):
    assert policy.sentence == sentence

import pytest

from booking.throttle import CALLERS, Throttle


def test_half_a_minutes_worth_at_once_then_one_by_one():
    throttle = Throttle()

    at_once = [throttle.wait("a", per_minute=60, now=0.0) for _ in range(30)]
    refused = throttle.wait("a", per_minute=60, now=0.0)

    assert at_once == [0.0] * 30
    assert refused == pytest.approx(1.0)
    assert throttle.wait("a", per_minute=60, now=1.0) == 0.0
    assert throttle.wait("a", per_minute=60, now=1.5) == pytest.approx(0.5)


def test_callers_do_not_slow_each_other_down():
    throttle = Throttle()

    assert throttle.wait("a", per_minute=1, now=0.0) == 0.0
    assert throttle.wait("a", per_minute=1, now=0.0) > 0
    assert throttle.wait("b", per_minute=1, now=0.0) == 0.0


def test_memory_is_bounded():
    throttle = Throttle()

    for number in range(CALLERS + 50):
        throttle.wait(str(number), per_minute=60, now=0.0)

    assert len(throttle._buckets) == CALLERS

"""PostgreSQL may give up one of two transactions that waited for each other."""

import pytest
from django.db import IntegrityError, OperationalError, transaction

from booking.services import contention
from booking.services.contention import TRIES, is_overlap, retrying


class GaveUp(Exception):
    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


def failing(times: int, sqlstate: str):
    calls = []

    @retrying
    def act() -> int:
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError from GaveUp(sqlstate)
        return len(calls)

    return act, calls


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(contention, "sleep", lambda _: None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_deadlock_is_tried_again(sqlstate):
    act, _ = failing(TRIES - 1, sqlstate)

    assert act() == TRIES


@pytest.mark.django_db(transaction=True)
def test_it_gives_up_after_some_tries():
    act, calls = failing(TRIES, "40P01")

    with pytest.raises(OperationalError):
        act()
    assert len(calls) == TRIES


@pytest.mark.django_db(transaction=True)
def test_any_other_failure_is_not_tried_again():
    act, calls = failing(1, "53300")

    with pytest.raises(OperationalError):
        act()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_inside_another_transaction_the_outer_one_decides():
    act, calls = failing(1, "40P01")

    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(calls) == 1


def test_only_the_no_overlap_constraint_means_taken():
    assert is_overlap(IntegrityError("overlap: appointment_no_overlap"))
    assert not is_overlap(IntegrityError("UNIQUE constraint failed: booking_appointment.public_id"))

"""Codes that prove an address."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts import codes

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)


def started() -> tuple[dict[str, Any], str]:
    session: dict[str, Any] = {}
    return session, codes.start(
        session, purpose="test", email="ada@example.com", now=NOW, next_url="/me/"
    )


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_right_code_gives_what_it_was_sent_for_once() -> None:
    session, code = started()

    proved = codes.check(session, purpose="test", typed=code, now=NOW)

    assert (proved.email, proved.next_url) == ("ada@example.com", "/me/")
    with pytest.raises(codes.CodeEnded):
        codes.check(session, purpose="test", typed=code, now=NOW)


def test_the_code_itself_is_not_kept() -> None:
    session, code = started()

    assert len(code) == 8
    assert code not in str(session)


def test_wrong_codes_count_down_and_end_it() -> None:
    session, code = started()
    left = []
    for _ in range(2):
        with pytest.raises(codes.WrongCode) as wrong:
            codes.check(session, purpose="test", typed=another(code), now=NOW)
        left.append(wrong.value.tries_left)

    assert left == [2, 1]
    with pytest.raises(codes.CodeEnded):
        codes.check(session, purpose="test", typed=another(code), now=NOW)
    with pytest.raises(codes.CodeEnded):
        codes.check(session, purpose="test", typed=code, now=NOW)


def test_parallel_copies_of_a_session_give_no_more_tries() -> None:
    session, code = started()
    copies = [{key: dict(value) for key, value in session.items()} for _ in range(5)]
    ended = 0
    for copy in copies:
        try:
            codes.check(copy, purpose="test", typed=another(code), now=NOW)
        except codes.WrongCode:
            continue
        except codes.CodeEnded:
            ended += 1

    assert ended == len(copies) - codes.TRIES


@pytest.mark.parametrize(("minutes", "lives"), [(15, True), (15.02, False)])
def test_a_code_lives_a_quarter_of_an_hour(minutes: float, lives: bool) -> None:
    session, _ = started()

    waiting = codes.waiting(session, purpose="test", now=NOW + timedelta(minutes=minutes))

    assert bool(waiting) is lives


def test_a_code_for_one_purpose_is_none_for_another() -> None:
    session, code = started()

    with pytest.raises(codes.CodeEnded):
        codes.check(session, purpose="other", typed=code, now=NOW)

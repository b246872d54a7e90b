import pytest

from booking.states import LIVE, TRANSITIONS, NotAllowed, Party, Status, target_of


def test_every_state_can_be_reached_from_nothing():
    reached: set[Status | None] = {None}
    for _ in Status:
        reached |= {row.target for row in TRANSITIONS if row.source in reached}

    assert reached == {None, *Status}


def test_one_action_from_one_state_by_one_party_has_one_outcome():
    keys = [(row.action, row.source, party) for row in TRANSITIONS for party in row.by]

    assert len(keys) == len(set(keys))


def test_nothing_comes_back_to_life_and_takes_a_time_again():
    dead = [row for row in TRANSITIONS if row.source is not None and row.source not in LIVE]

    assert dead == []


@pytest.mark.parametrize(
    ("action", "source", "party"),
    [
        ("confirm", Status.EXPIRED, Party.CLIENT),
        ("cancel", Status.CANCELLED, Party.CLIENT),
        ("mark_no_show", Status.CONFIRMED, Party.CLIENT),
        ("cancel_late", Status.CONFIRMED, Party.THERAPIST),
        ("fly", Status.CONFIRMED, Party.THERAPIST),
    ],
)
def test_what_the_table_does_not_say_is_refused(action, source, party):
    with pytest.raises(NotAllowed):
        target_of(action, source, party)


def test_table_gives_the_state_that_follows():
    assert target_of("confirm", "held", Party.CLIENT) is Status.CONFIRMED
    assert target_of("hold", None, Party.VISITOR) is Status.HELD

import pytest

from booking.states import (
    LIVE,
    STEPS,
    TRANSITIONS,
    WAYS_BACK,
    NotAllowed,
    Party,
    Status,
    check_undo,
    target_of,
)


def test_every_state_can_be_reached_from_nothing():
    reached: set[Status | None] = {None}
    for _ in Status:
        reached |= {row.target for row in TRANSITIONS if row.source in reached}

    assert reached == {None, *Status}


def test_one_action_from_one_state_by_one_party_has_one_outcome():
    keys = [(row.action, row.source, party) for row in STEPS for party in row.by]

    assert len(keys) == len(set(keys))


def test_nothing_comes_back_to_life_but_by_undo_whose_time_is_kept():
    dead = [row for row in TRANSITIONS if row.source is not None and row.source not in LIVE]

    assert [row for row in dead if row not in WAYS_BACK] == []


def test_what_can_be_undone_leads_back_by_the_same_hands():
    steps = {(row.action, row.source, row.target, row.by) for row in STEPS if row.can_be_undone}
    back = {(row.action, row.target, row.source, row.by) for row in WAYS_BACK}

    assert back == {(f"undo_{action}", *rest) for action, *rest in steps}
    assert {action for action, *_ in steps} == {
        *("reschedule", "cancel", "cancel_late", "approve", "decline"),
        *("complete", "mark_no_show"),
    }


def test_undo_leads_nowhere_but_to_where_it_came_from():
    check_undo("cancel", Status.CANCELLED, Status.CONFIRMED, Party.CLIENT)
    check_undo("cancel", Status.CANCELLED, Status.REQUESTED, Party.CLIENT)
    for action, source, target, by in [
        ("cancel", Status.CANCELLED, Status.COMPLETED, Party.CLIENT),
        ("cancel", Status.COMPLETED, Status.CONFIRMED, Party.THERAPIST),
        ("decline", Status.CANCELLED, Status.REQUESTED, Party.CLIENT),
        ("lapse", Status.CANCELLED, Status.REQUESTED, Party.PORTAL),
        ("confirm", Status.CONFIRMED, Status.HELD, Party.CLIENT),
    ]:
        with pytest.raises(NotAllowed):
            check_undo(action, source, target, by)


@pytest.mark.parametrize(
    ("action", "source", "party"),
    [
        ("confirm", Status.EXPIRED, Party.CLIENT),
        ("cancel", Status.CANCELLED, Party.CLIENT),
        ("mark_no_show", Status.CONFIRMED, Party.CLIENT),
        ("cancel_late", Status.CONFIRMED, Party.THERAPIST),
        ("cancel", Status.REQUESTED, Party.THERAPIST),
        ("lapse", Status.REQUESTED, Party.THERAPIST),
        ("undo_cancel", Status.COMPLETED, Party.CLIENT),
        ("fly", Status.CONFIRMED, Party.THERAPIST),
    ],
)
def test_what_the_table_does_not_say_is_refused(action, source, party):
    with pytest.raises(NotAllowed):
        target_of(action, source, party)


def test_table_gives_the_state_that_follows():
    assert target_of("confirm", "held", Party.CLIENT) is Status.CONFIRMED
    assert target_of("hold", None, Party.VISITOR) is Status.HELD

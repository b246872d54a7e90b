"""What is for whom: new and existing clients, and a consult once for each person."""

import pytest

from booking.models import Audience, Status
from booking.services import appointments, holds
from booking.services.audiences import NotForYou, OnceOnly, check_audience, for_client
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
NINE, ELEVEN = new_york(MONDAY, "09:00"), new_york(MONDAY, "11:00")
USED = [Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED]
FREE = [Status.CANCELLED, Status.LATE_CANCELLED, Status.NO_SHOW]


@pytest.fixture
def consult():
    return a_session_type(once_per_client=True, is_consult=True)


@pytest.mark.parametrize("status", USED)
def test_a_consult_that_is_asked_for_agreed_or_over_is_the_only_one(consult, status):
    had = an_appointment(consult, status=status)

    with pytest.raises(OnceOnly):
        check_audience(consult, had.client)
    check_audience(consult, ClientFactory())


@pytest.mark.parametrize("status", FREE)
def test_one_that_was_called_off_or_missed_may_be_booked_again(consult, status):
    had = an_appointment(consult, status=status)

    check_audience(consult, had.client)


def test_another_kind_of_session_does_not_count(consult):
    had = an_appointment(SessionTypeFactory(practitioner=consult.practitioner))

    check_audience(consult, had.client)


def test_the_second_consult_is_refused_when_it_is_held(consult):
    had = an_appointment(consult)

    with pytest.raises(OnceOnly):
        holds.hold(
            session_type=consult,
            starts_at=ELEVEN,
            place="office",
            holder="me",
            by=had.client.user,
            now=NOW,
        )


def test_two_browsers_of_one_person_get_one_consult(consult):
    client = ClientFactory()
    first = an_appointment(consult, NINE, status=Status.HELD, holder="a")
    second = an_appointment(consult, ELEVEN, status=Status.HELD, holder="b")
    appointments.confirm(appointment=first, client=client, by=client.user, now=NOW)

    with pytest.raises(OnceOnly):
        appointments.confirm(appointment=second, client=client, by=client.user, now=NOW)

    second.refresh_from_db()
    assert second.status == Status.HELD


def test_the_therapist_may_enter_a_second_one(consult):
    had = an_appointment(consult)

    booked = appointments.book_for_client(
        session_type=consult,
        client=had.client,
        starts_at=ELEVEN,
        place="office",
        by=consult.practitioner.user,
        now=NOW,
    )

    assert booked.status == Status.CONFIRMED


def test_each_sees_what_they_can_book(consult, django_assert_num_queries):
    practitioner = consult.practitioner
    new = SessionTypeFactory(practitioner=practitioner, audience=Audience.NEW)
    existing = SessionTypeFactory(practitioner=practitioner, audience=Audience.EXISTING)
    both = SessionTypeFactory(practitioner=practitioner)
    types = [consult, new, existing, both]
    newcomer, known = ClientFactory(), an_appointment(consult, status=Status.COMPLETED).client

    assert for_client(types, None) == [consult, new, both]
    assert for_client(types, newcomer) == [consult, new, both]
    with django_assert_num_queries(2):
        assert for_client(types, known) == [existing, both]


def test_lists_and_holds_agree(consult):
    types = [
        consult,
        *(SessionTypeFactory(practitioner=consult.practitioner, audience=who) for who in Audience),
    ]
    people = [None, ClientFactory()]
    people += [an_appointment(consult, NINE, status=status).client for status in FREE[:2]]
    people += [an_appointment(consult, ELEVEN).client]

    for person in people:
        shown = for_client(types, person)
        for one in types:
            assert (one in shown) == may_book(one, person)


def may_book(session_type, client) -> bool:
    try:
        check_audience(session_type, client)
    except NotForYou:
        return False
    return True

"""Registering and changing a client's details."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from accounts.models import Client, Role
from accounts.services import clients
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, practice

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
DETAILS = clients.ClientDetails(
    legal_name="Łukasz Nguyễn Šimić Dvořák", birth_date=date(1988, 4, 12), phone="212 555 0100"
)


def test_what_was_registered_comes_back_as_it_was() -> None:
    user = UserFactory()
    details = clients.ClientDetails(
        **{**DETAILS.__dict__, "emergency_name": "Sam", "emergency_phone": "212 555 0123"}
    )

    clients.register(user=user, details=details, by=user, source=None, now=NOW)

    assert clients.ClientDetails.of(Client.objects.get()) == details


def test_one_account_has_one_record() -> None:
    user = UserFactory()
    clients.register(user=user, details=DETAILS, by=user, source=None, now=NOW)

    with pytest.raises(clients.AlreadyRegistered):
        clients.register(user=user, details=DETAILS, by=user, source=None, now=NOW)


def test_a_second_window_of_a_new_person_brings_the_record_up_to_date() -> None:
    user = UserFactory()
    corrected = replace(DETAILS, legal_name="Łukasz Nguyễn", pronouns="he/him")

    opened = clients.save_own(user=user, details=DETAILS, source=None, now=NOW)
    client = clients.save_own(user=user, details=corrected, source=None, now=NOW)

    assert client.pk == opened.pk
    assert clients.ClientDetails.of(client) == corrected
    events = AuditEvent.objects.filter(client_id=client.pk)
    assert [(event.action, event.detail) for event in events] == [
        ("client.register", {}),
        ("client.details", {"changed": ["legal_name", "pronouns"]}),
    ]


def test_a_minor_is_told_whom_to_call_and_the_therapist_may_register_them() -> None:
    practice(phone="212 555 0199")
    user, therapist = UserFactory(), UserFactory(role=Role.THERAPIST)
    minor = clients.ClientDetails(legal_name="Kim Example", birth_date=date(2010, 6, 1))

    with pytest.raises(clients.TooYoung) as error:
        clients.register(user=user, details=minor, by=user, source=None, now=NOW)
    assert error.value.phone == "212 555 0199"
    assert not AuditEvent.objects.exists()
    client = clients.register(user=None, details=minor, by=therapist, source=None, now=NOW)

    assert client.user is None
    assert AuditEvent.objects.get().actor_id == therapist.pk


def test_nobody_makes_themselves_a_minor() -> None:
    user = UserFactory()
    client = clients.register(user=user, details=DETAILS, by=user, source=None, now=NOW)
    younger = clients.ClientDetails(legal_name="Kim", birth_date=date(2010, 6, 1))

    with pytest.raises(clients.TooYoung):
        clients.update_details(client=client, details=younger, by=user, source=None, now=NOW)


@pytest.mark.parametrize(
    ("born", "at", "adult"),
    [
        (date(2009, 1, 4), datetime(2027, 1, 4, 4, 59, tzinfo=UTC), False),
        (date(2009, 1, 4), datetime(2027, 1, 4, 5, 0, tzinfo=UTC), True),
        (date(2008, 2, 29), datetime(2026, 2, 28, 12, 0, tzinfo=UTC), False),
        (date(2008, 2, 29), datetime(2026, 3, 1, 12, 0, tzinfo=UTC), True),
    ],
)
def test_eighteen_is_counted_where_the_practice_is(born: date, at: datetime, adult: bool) -> None:
    try:
        clients.check_age(born, now=at)
    except clients.TooYoung:
        assert not adult
    else:
        assert adult

"""Holding a time: exactly one winner, one hold a visitor, and an end that frees the time."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings

from accounts.services.sign_in import NotProved
from booking.availability import Reason
from booking.models import Appointment, Audience, Status
from booking.services import holds
from booking.services.audiences import NotForYou
from booking.services.holds import HoldEnded, TooManyHolds
from booking.services.open_slots import NotOpen, SlotTaken
from portal.shared.models import AuditEvent
from portal.shared.request import Source
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    RuleFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)

pytestmark = pytest.mark.django_db
TEN = new_york(MONDAY, "10:00")
TUESDAY = MONDAY + timedelta(days=1)


def hold(session_type, starts_at=TEN, *, holder="visitor", place="telehealth", now=NOW, **options):
    return holds.hold(
        session_type=session_type,
        starts_at=starts_at,
        place=place,
        holder=holder,
        now=now,
        **options,
    )


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_hold_keeps_the_time_with_its_buffers_and_what_was_promised():
    session_type = a_session_type(buffer_before_minutes=5)

    held = hold(session_type, place="office")

    held.refresh_from_db()
    assert held.status == Status.HELD
    assert (held.starts_at, held.ends_at) == (TEN, TEN + timedelta(minutes=50))
    assert held.blocked_from == TEN - timedelta(minutes=5)
    assert held.blocked_until == TEN + timedelta(minutes=60)
    assert held.held_until == NOW + timedelta(minutes=15)
    assert (held.price_cents, held.cancel_hours, held.late_fee_cents) == (15000, 24, 7500)
    assert (held.place, held.client_id) == ("office", None)
    assert actions() == ["appointment.hold"]


def test_second_visitor_is_told_at_once_and_nothing_is_written():
    session_type = a_session_type()
    hold(session_type, holder="first")

    with pytest.raises(SlotTaken):
        hold(session_type, new_york(MONDAY, "10:30"), holder="second")

    assert Appointment.objects.count() == 1
    assert actions() == ["appointment.hold"]


def test_the_database_decides_when_both_saw_the_time_open(monkeypatch):
    session_type = a_session_type()
    hold(session_type, holder="first")
    monkeypatch.setattr(holds, "check_open", lambda **_: None)

    with pytest.raises(SlotTaken):
        hold(session_type, holder="second")

    assert Appointment.objects.get().holder == "first"


def test_a_new_hold_replaces_the_visitors_earlier_one():
    session_type = a_session_type()
    earlier = hold(session_type)

    later = hold(session_type, new_york(MONDAY, "10:30"), now=NOW + timedelta(minutes=1))

    earlier.refresh_from_db()
    assert earlier.status == Status.EXPIRED
    assert later.status == Status.HELD
    assert actions() == ["appointment.hold", "appointment.release", "appointment.hold"]


def test_a_failed_choice_leaves_the_earlier_hold_as_it_was():
    session_type = a_session_type()
    mine = hold(session_type, new_york(MONDAY, "09:00"))
    hold(session_type, new_york(MONDAY, "11:00"), holder="other")

    with pytest.raises(SlotTaken):
        hold(session_type, new_york(MONDAY, "11:00"))

    mine.refresh_from_db()
    assert mine.status == Status.HELD


def test_a_lapsed_hold_does_not_stand_in_the_way():
    session_type = a_session_type()
    lapsed = hold(session_type, holder="gone")

    held = hold(session_type, now=NOW + timedelta(minutes=15))

    lapsed.refresh_from_db()
    assert (lapsed.status, held.status) == (Status.EXPIRED, Status.HELD)
    assert actions()[1:] == ["appointment.expire", "appointment.hold"]


def test_lapsed_hold_that_overlaps_by_a_buffer_only_is_ended_too():
    session_type = a_session_type()
    lapsed = hold(session_type, new_york(MONDAY, "09:00"), holder="gone")
    other = SessionTypeFactory(
        practitioner=session_type.practitioner, buffer_before_minutes=30, minutes=20
    )

    hold(other, new_york(MONDAY, "10:00"), now=NOW + timedelta(minutes=16))

    lapsed.refresh_from_db()
    assert lapsed.status == Status.EXPIRED


@override_settings(HOLDS_PER_ADDRESS=2)
def test_one_address_keeps_two_times_at_most():
    session_type = a_session_type(minutes=30, buffer_after_minutes=0)
    source = Source(ip="203.0.113.7")
    hold(session_type, new_york(MONDAY, "09:00"), holder="a", source=source)
    hold(session_type, new_york(MONDAY, "09:30"), holder="b", source=source)

    with pytest.raises(TooManyHolds):
        hold(session_type, new_york(MONDAY, "10:00"), holder="c", source=source)
    hold(session_type, new_york(MONDAY, "10:00"), holder="d", source=Source(ip="203.0.113.8"))
    hold(session_type, new_york(MONDAY, "10:30"), holder="a", source=source)

    assert Appointment.objects.filter(status=Status.HELD).count() == 3


def test_address_is_kept_as_a_keyed_hash_and_forgotten_with_the_hold():
    held = hold(a_session_type(), source=Source(ip="203.0.113.7"))
    assert len(held.held_from) == 64
    assert "203.0.113" not in held.held_from

    holds.release(appointment=held, now=NOW)

    held.refresh_from_db()
    assert held.held_from == ""


def test_a_time_that_is_not_listed_is_refused():
    with pytest.raises(NotOpen) as caught:
        hold(a_session_type(), new_york(MONDAY, "12:00"))

    assert caught.value.reason == Reason.OUTSIDE_HOURS
    assert Appointment.objects.count() == 0


def test_extending_counts_from_now_up_to_an_hour_in_all():
    held = hold(a_session_type())

    first = holds.extend(appointment=held, now=NOW + timedelta(minutes=10))
    second = holds.extend(appointment=held, now=NOW + timedelta(minutes=24))
    third = holds.extend(appointment=held, now=NOW + timedelta(minutes=38))
    last = holds.extend(appointment=held, now=NOW + timedelta(minutes=52))

    kept = [(one.held_until - NOW).total_seconds() / 60 for one in (first, second, third, last)]
    assert kept == [25, 39, 53, 60]


def test_a_hold_that_has_ended_can_not_be_extended():
    held = hold(a_session_type())

    with pytest.raises(HoldEnded):
        holds.extend(appointment=held, now=NOW + timedelta(minutes=15))


def test_release_frees_the_time_and_may_be_repeated():
    session_type = a_session_type()
    held = hold(session_type)

    holds.release(appointment=held, now=NOW)
    holds.release(appointment=held, now=NOW)

    assert hold(session_type, holder="next").status == Status.HELD
    assert actions() == ["appointment.hold", "appointment.release", "appointment.hold"]


def test_sweep_ends_what_is_over_and_nothing_else():
    session_type = a_session_type()
    over = hold(session_type, new_york(MONDAY, "09:00"), holder="a")
    kept = hold(session_type, holder="b", now=NOW + timedelta(minutes=5))

    assert holds.expire(now=NOW + timedelta(minutes=15)) == 1
    assert holds.expire(now=NOW + timedelta(minutes=15)) == 0

    over.refresh_from_db()
    kept.refresh_from_db()
    assert (over.status, kept.status) == (Status.EXPIRED, Status.HELD)
    assert actions()[2:] == ["appointment.expire"]


@pytest.mark.parametrize(
    ("audience", "is_existing", "may"),
    [
        (Audience.EVERYONE, False, True),
        (Audience.EVERYONE, True, True),
        (Audience.NEW, False, True),
        (Audience.NEW, True, False),
        (Audience.EXISTING, False, False),
        (Audience.EXISTING, True, True),
    ],
)
def test_audience_decides_who_may_hold(audience, is_existing, may):
    session_type = a_session_type(audience=audience)
    client = ClientFactory()
    if is_existing:
        an_appointment(session_type, NOW - timedelta(days=9), client=client)

    if may:
        assert hold(session_type, by=client.user).status == Status.HELD
    else:
        with pytest.raises(NotForYou):
            hold(session_type, by=client.user)


def test_a_type_that_is_not_offered_can_not_be_held():
    with pytest.raises(NotForYou):
        hold(a_session_type(is_active=False))


def test_holder_id_hides_the_secret():
    secret = holds.new_secret()

    assert holds.holder_id(secret) != secret
    assert holds.holder_id(secret) == holds.holder_id(secret)
    assert holds.holder_id("") == ""


# -- one person in several browsers ----------------------------------------------------
def by_day(session_type, count: int) -> list:
    RuleFactory(practitioner=session_type.practitioner, weekday=1)
    starts = [new_york(day, clock) for day in (MONDAY, TUESDAY) for clock in ("09:00", "10:00")]
    return starts[:count]


def test_person_who_is_signed_in_keeps_two_times_at_most_over_all_devices():
    session_type, user = a_session_type(), ClientFactory().user
    first, second, third, _ = by_day(session_type, 4)
    hold(session_type, first, holder="phone", by=user)
    hold(session_type, second, holder="laptop", by=user)

    with pytest.raises(TooManyHolds):
        hold(session_type, third, holder="office", by=user)
    hold(session_type, third, holder="laptop", by=user)
    hold(session_type, second, holder="somebody", by=ClientFactory().user)

    assert Appointment.objects.filter(status=Status.HELD).count() == 3


def test_lapsed_hold_does_not_count_against_its_person():
    session_type, user = a_session_type(), ClientFactory().user
    first, second, third, _ = by_day(session_type, 4)
    hold(session_type, first, holder="phone", by=user)
    hold(session_type, second, holder="laptop", by=user)

    later = hold(session_type, third, holder="office", by=user, now=NOW + timedelta(minutes=15))

    assert later.status == Status.HELD


def test_time_in_front_of_them_stays_when_a_third_is_claimed_and_the_oldest_gives_way():
    session_type, user = a_session_type(), ClientFactory().user
    held = [
        hold(session_type, start, holder=f"browser {number}", now=NOW + timedelta(minutes=number))
        for number, start in enumerate(by_day(session_type, 3))
    ]

    for one in held:
        holds.claim(appointment=one, by=user, now=NOW + timedelta(minutes=5))

    states = [Appointment.objects.get(pk=one.pk).status for one in held]
    assert states == [Status.EXPIRED, Status.HELD, Status.HELD]
    assert actions() == ["appointment.hold"] * 3 + ["appointment.release"]


def test_claiming_twice_changes_nothing():
    held, user = hold(a_session_type()), ClientFactory().user
    holds.claim(appointment=held, by=user, now=NOW)
    changed_at = Appointment.objects.get().updated_at

    holds.claim(appointment=held, by=user, now=NOW)

    assert Appointment.objects.get().updated_at == changed_at


def test_only_a_proved_address_claims():
    held, user = hold(a_session_type()), ClientFactory().user
    EmailAddress.objects.filter(user=user).update(verified=False)

    with pytest.raises(NotProved):
        holds.claim(appointment=held, by=user, now=NOW)

    assert Appointment.objects.get().held_for == ""


def test_person_is_kept_as_a_keyed_hash_and_forgotten_with_the_hold():
    user = ClientFactory().user
    held = hold(a_session_type(), by=user)
    assert len(held.held_for) == 64
    assert "example" not in held.held_for

    holds.release(appointment=held, now=NOW)

    held.refresh_from_db()
    assert held.held_for == ""


@override_settings(HOLDS_PER_ADDRESS=2)
def test_addresses_of_one_ipv6_customer_count_as_one():
    session_type = a_session_type()
    first, second, third, fourth = by_day(session_type, 4)
    hold(session_type, first, holder="a", source=Source(ip="2001:db8:1:2::1"))
    hold(session_type, second, holder="b", source=Source(ip="2001:db8:1:2:ffff::9"))

    with pytest.raises(TooManyHolds):
        hold(session_type, third, holder="c", source=Source(ip="2001:db8:1:2:3:4:5:6"))
    hold(session_type, fourth, holder="d", source=Source(ip="2001:db8:1:3::1"))

"""What is kept for a day is gone after it."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts import rate_limit
from accounts.models import ParkedForm, RateWindow
from accounts.services import parked
from accounts.session_store import SessionStore
from accounts.tasks import forget_old
from portal.shared.clock import utc_now
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_only_what_is_older_than_a_day_is_forgotten() -> None:
    now = utc_now()
    for hours in (1, 25):
        then = now - timedelta(hours=hours)
        parked.park(user_id=None, path="/", posted=[("hopes", [f"{hours} hours old"])], now=then)
        rate_limit.check("door", 5, 60, now=then - timedelta(hours=1))
    ended, living = SessionStore(), SessionStore()
    for store in (ended, living):
        store.save()
    Session.objects.filter(pk=ended.session_key).update(expire_date=now - timedelta(seconds=1))

    forget_old()

    assert [form.fields for form in ParkedForm.objects.all()] == [[["hopes", "1 hours old"]]]
    assert RateWindow.objects.count() == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [living.session_key]


def test_where_a_session_came_from_is_forgotten_once_it_must_have_ended() -> None:
    user, now = UserFactory(), utc_now()
    for hours in (11, 13):
        UserSession.objects.create(
            user=user,
            ip="203.0.113.7",
            user_agent="Browser",
            session_key=f"{hours} hours old",
            created_at=now - timedelta(hours=hours),
        )

    forget_old()

    assert [row.session_key for row in UserSession.objects.all()] == ["11 hours old"]


def test_a_session_that_can_not_be_read_is_an_empty_one() -> None:
    assert SessionStore().decode("not one of ours") == {}

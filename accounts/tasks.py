"""What is thrown away after its day."""

from celery import shared_task
from django.contrib.sessions.models import Session

from accounts import rate_limit
from accounts.services import parked, user_sessions
from portal.shared.clock import utc_now


@shared_task
def forget_old() -> None:
    """Kept words after 24 hours, counts after a day, sessions and where they came from."""
    now = utc_now()
    parked.forget_old(now=now)
    rate_limit.forget_ended(now=now)
    user_sessions.forget_ended(now=now)
    Session.objects.filter(expire_date__lt=now).delete()

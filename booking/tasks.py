"""Periodic work of booking; called by Celery beat."""

from celery import shared_task

from booking.services.holds import expire
from portal.shared.clock import utc_now


@shared_task
def expire_holds() -> int:
    """End the holds whose time is over, so that the table says what is so."""
    return expire(now=utc_now())

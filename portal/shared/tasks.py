"""Celery tasks of the ground, and the effects that send a mail and do background work."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.conf import settings

from portal.shared import mail, outbox, work
from portal.shared.clock import utc_now


@shared_task
def run_entry(entry_id: int) -> None:
    outbox.run(entry_id)


@shared_task
def sweep_outbox() -> None:
    """Find what is due and hand it out; a lease keeps a row from being done twice."""
    embedded = settings.CELERY_BROKER_URL.startswith("memory://")
    for entry_id in outbox.due_ids(utc_now()):
        if embedded or settings.CELERY_TASK_ALWAYS_EAGER:
            outbox.run(entry_id)
        else:
            outbox.wake(entry_id)


@shared_task
def clear_old_mail() -> None:
    mail.clear_old(now=utc_now())


@shared_task
def forget_old_effects() -> None:
    outbox.forget_old(now=utc_now())


@shared_task
def forget_expired_work() -> None:
    work.forget_expired(now=utc_now())


@outbox.effect("background_work")
def do_background_work(payload: dict[str, Any], *, now: datetime) -> None:
    work.do(payload["work_id"], now=now)


@outbox.effect("send_mail")
def send_mail(payload: dict[str, Any], *, now: datetime) -> None:
    mail.send(payload["mail_id"], now=now)

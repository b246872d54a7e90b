"""A worker dies after the provider took a text message and before it could note that."""

import threading
from collections.abc import Iterator

import pytest

from tests.servers.portal import Portal, wait_for
from tests.servers.text_messages import ACCOUNT, SENDER, TOKEN, TextMessages

STATE = "select state, reason, provider_id from booking_reminder where channel = 'sms'"
DUE_NOW = """
from datetime import time, timedelta
from accounts.models import Client, Practice
from booking.models import Appointment, Reminder
from portal.shared import outbox
from portal.shared.clock import utc_now

now = utc_now().replace(microsecond=0)
Practice.objects.update(quiet_from=time(0), quiet_until=time(0))
appointment = Appointment.objects.filter(
    status="confirmed", starts_at__gt=now + timedelta(hours=1)
).first()
Client.objects.filter(pk=appointment.client_id).update(reminders_by_sms=True)
client = Client.objects.get(pk=appointment.client_id)
client.phone = "212 555 0100"
client.save()
row = Reminder.objects.create(
    appointment=appointment,
    channel="sms",
    hours_before=1,
    for_start=appointment.starts_at,
    due_at=now,
)
second = int(now.timestamp())
outbox.enqueue(
    kind="send_reminder", key="test", payload={"reminder_id": row.pk, "due": second}, now=now
)
"""


@pytest.fixture
def provider() -> Iterator[TextMessages]:
    running = TextMessages()
    running.start()
    yield running
    running.stop()


def test_killed_between_the_providers_answer_and_our_commit(new_portal, provider):
    taken, may_answer = threading.Event(), threading.Event()
    provider.before_answering = lambda: (taken.set(), may_answer.wait(60))
    portal: Portal = new_portal(
        {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "SMS_FROM": SENDER,
            "SMS_API_BASE": provider.url,
        }
    )
    portal.shell(DUE_NOW)
    worker = portal.start_embedded_worker()

    assert taken.wait(60)
    worker.kill()
    portal.forget(worker)
    may_answer.set()
    assert portal.rows(STATE) == [("planned", "sending", "")]
    portal.start_embedded_worker("worker-again")

    sid = provider.accepted[0]["sid"]
    wait_for("its note", lambda: portal.rows(STATE) == [("sent", "", sid)], 60)
    assert len(provider.asked) == 1
    assert provider.listed == [{"To": ["+12125550100"], "PageSize": ["50"]}]

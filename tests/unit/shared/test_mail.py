from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as django_mail
from django.db import connection

from portal.shared import mail, outbox, tasks
from portal.shared.models import MailMessage, OutboxEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


def queue(key: str = "appointment:1:confirmed:0") -> None:
    mail.queue_worded(
        to="ada@example.com",
        subject="Your appointment\n is confirmed",
        text="Hello Ada",
        html="<p>Hello Ada</p>",
        key=key,
        now=NOW,
        attachments=(mail.Attachment("invite.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
    )


def test_a_mail_is_a_row_first_and_goes_out_once() -> None:
    queue()
    assert django_mail.outbox == []

    entry = OutboxEntry.objects.get(kind="send_mail")
    for _ in range(2):
        tasks.send_mail(entry.payload, now=NOW)

    (sent,) = django_mail.outbox
    assert sent.subject == "Your appointment is confirmed"
    assert sent.to == ["ada@example.com"]
    assert sent.alternatives[0][0] == "<p>Hello Ada</p>"
    assert sent.attachments[0] == ("invite.ics", "BEGIN:VCALENDAR", "text/calendar")
    assert sent.extra_headers["Message-ID"] == MailMessage.objects.get().message_id


def test_the_same_cause_makes_one_mail() -> None:
    queue()
    queue()
    queue("appointment:1:moved:1")

    assert MailMessage.objects.count() == 2
    assert OutboxEntry.objects.count() == 2


def test_words_are_cleared_after_ninety_days_and_the_row_stays() -> None:
    queue()
    tasks.send_mail(OutboxEntry.objects.get().payload, now=NOW)

    assert mail.clear_old(now=NOW + timedelta(days=90)) == 0
    assert mail.clear_old(now=NOW + timedelta(days=91)) == 1
    assert mail.clear_old(now=NOW + timedelta(days=91)) == 0

    message = MailMessage.objects.get()
    assert (message.to, message.text, message.html, message.attachments) == (None,) * 4
    queue()
    assert OutboxEntry.objects.count() == 1


def test_a_mail_that_never_went_out_keeps_its_words_no_longer() -> None:
    queue()

    assert mail.clear_old(now=NOW + timedelta(days=90)) == 0
    assert mail.clear_old(now=NOW + timedelta(days=91)) == 1

    with pytest.raises(outbox.GiveUp, match="words were cleared"):
        mail.send(MailMessage.objects.get().pk, now=NOW + timedelta(days=91))
    assert django_mail.outbox == []


def test_neither_the_row_nor_the_task_shows_who_gets_it() -> None:
    queue()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared_mailmessage")
        row = b" ".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
            for v in cursor.fetchone()
        )
    assert b"ada@example.com" not in row
    assert b"Hello" not in row
    assert list(OutboxEntry.objects.get().payload) == ["mail_id"]

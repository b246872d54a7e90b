"""Mail is worded when its cause happens, stored encrypted, and sent by the outbox.

Mails carry neutral words only: no health information, no name of a service.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string

from portal.shared import outbox
from portal.shared.encryption.crypto import blind_index
from portal.shared.models import MailMessage

KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


def queue(
    *,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    key: str,
    now: datetime,
    attachments: tuple[Attachment, ...] = (),
) -> None:
    """Word a mail from `<template>.txt` and `<template>.html`; the same key goes out once."""
    queue_worded(
        to=to,
        subject=subject,
        **_words(subject, template, context),
        key=key,
        now=now,
        attachments=attachments,
    )


def word(
    *, to: str, subject: str, template: str, context: dict[str, Any], key: str, now: datetime
) -> MailMessage:
    """Word a mail without queueing it, for an effect that sends it itself by `send`.

    The same key again gives the mail as it was worded first.
    """
    words = _words(subject, template, context)
    return _store(to=to, subject=subject, **words, key=key, now=now, attachments=())[0]


def queue_worded(
    *,
    to: str,
    subject: str,
    text: str,
    html: str | None,
    key: str,
    now: datetime,
    attachments: tuple[Attachment, ...] = (),
) -> None:
    message, created = _store(
        to=to, subject=subject, text=text, html=html, key=key, now=now, attachments=attachments
    )
    if created:
        outbox.enqueue(
            kind="send_mail", key=f"mail:{key}", payload={"mail_id": message.pk}, now=now
        )


def _words(subject: str, template: str, context: dict[str, Any]) -> dict[str, str]:
    values = {"portal_url": settings.PORTAL_URL, "subject": subject, **context}
    return {
        "text": render_to_string(f"{template}.txt", values),
        "html": render_to_string(f"{template}.html", values),
    }


def _store(
    *,
    to: str,
    subject: str,
    text: str,
    html: str | None,
    key: str,
    now: datetime,
    attachments: tuple[Attachment, ...],
) -> tuple[MailMessage, bool]:
    return MailMessage.objects.get_or_create(
        message_id=message_id(key),
        defaults={
            "to": to,
            "subject": " ".join(subject.split())[:200],
            "text": text,
            "html": html,
            "attachments": [_stored(item) for item in attachments],
            "created_at": now,
        },
    )


def message_id(key: str) -> str:
    """The same for the same cause, so a repeated delivery can be recognised (RFC 5322 3.6.4)."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{blind_index(key, purpose='message-id')[:40]}@{domain}>"


def send(mail_id: int, *, now: datetime) -> None:
    """Hand the mail to the mail server, once. Raises outbox.GiveUp when its words are cleared."""
    message = MailMessage.objects.get(pk=mail_id)
    if message.sent_at:
        return
    if message.to is None or message.text is None:
        raise outbox.GiveUp("its words were cleared before it could be sent")
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for item in message.attachments or ():
        mail.attach(item["name"], base64.b64decode(item["content"]), item["content_type"])
    mail.send()
    message.sent_at = now
    message.save(update_fields=["sent_at"])


def clear_old(*, now: datetime) -> int:
    """Forget the words of mails sent KEPT ago, or worded then and never sent; returns how many."""
    before = now - KEPT
    old = Q(sent_at__lt=before) | Q(sent_at__isnull=True, created_at__lt=before)
    return MailMessage.objects.filter(old, text__isnull=False).update(
        to=None, text=None, html=None, attachments=None
    )


def _stored(item: Attachment) -> dict[str, str]:
    return {
        "name": item.name,
        "content_type": item.content_type,
        "content": base64.b64encode(item.content).decode(),
    }

"""What every app stands on: public ids, time stamps, the outbox, work, mails, audit events."""

import uuid

from django.db import models
from django.db.models import Q

from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedJSONField, EncryptedTextField
from portal.shared.encryption.storage import private_storage


class PublicModel(models.Model):
    """Rows whose id stands in URLs: a random UUID beside the small internal key."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class TimestampedModel(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class OutboxEntry(models.Model):
    """An effect that must not be lost, written in the transaction of its cause.

    The row goes six years after it was done or set aside (`outbox.forget_old`).
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)  # ids only
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)  # no message of an error
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "outbox entries"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_due",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_done_or_dead",
                condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class WorkState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Being made"
    TROUBLED = "troubled", "Not made yet: the last try failed"
    DONE = "done", "Ready"


class BackgroundWork(PublicModel):
    """Something long that a person asked for and watches; `portal.shared.work` does it.

    The row and what was made go together, when they expire (`work.forget_expired`).
    """

    kind = models.CharField(max_length=60)
    subject = models.JSONField(default=dict)  # ids only
    asked_by_id = models.BigIntegerField()
    client_id = models.BigIntegerField(null=True)  # whose record it reads, if anybody's
    state = models.CharField(max_length=20, choices=WorkState, default=WorkState.WAITING)
    steps_done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)  # 0: not known yet
    error = models.CharField(max_length=120, blank=True)  # its class, no message
    file = models.FileField(storage=private_storage, max_length=200, blank=True)
    file_name = models.CharField(max_length=100, blank=True)  # names no person
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="work_done_when",
                condition=(
                    Q(state="done", done_at__isnull=False)
                    | (~Q(state="done") & Q(done_at__isnull=True))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_done(self) -> bool:
        return self.state == WorkState.DONE

    @property
    def is_troubled(self) -> bool:
        return self.state == WorkState.TROUBLED


class MailMessage(models.Model):
    """A mail as it was worded when its cause happened; sent by the outbox.

    Its words are cleared ninety days after it was sent, or worded if it never went out. The row
    stays, so that the same cause never sends it twice.
    """

    to = EncryptedTextField(null=True)
    subject = models.CharField(max_length=200)
    text = EncryptedTextField(null=True)
    html = EncryptedTextField(null=True)
    attachments = EncryptedJSONField(default=list, null=True)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.message_id


class AuditEvent(models.Model):
    """Who did what to whose record, when and from where. Never changed, never deleted."""

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20, blank=True)
    client_id = models.BigIntegerField(null=True, db_index=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    ip = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    session = models.CharField(max_length=16, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [AppendOnly(name="audit_event_append_only")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

"""Money: what is owed and why, what was paid, and the ledger that adds up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from booking.models import Appointment
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedJSONField
from portal.shared.encryption.storage import private_storage
from portal.shared.models import PublicModel, TimestampedModel
from portal.shared.money import CentsField


class ChargeKind(models.TextChoices):
    SESSION = "session", "Session"
    LATE_CANCEL_FEE = "late_cancel_fee", "Late cancellation"
    NO_SHOW_FEE = "no_show_fee", "Missed appointment"


class ChargeStatus(models.TextChoices):
    OPEN = "open", "Open"
    PROPOSED = "proposed", "To be approved"
    VOID = "void", "Waived"


class Charge(PublicModel, TimestampedModel):
    """What a client owes for one thing. The price is a snapshot of the appointment's."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="charges")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="charges"
    )
    kind = models.CharField(max_length=20, choices=ChargeKind)
    status = models.CharField(max_length=10, choices=ChargeStatus, default=ChargeStatus.OPEN)
    amount_cents = CentsField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind"],
                name="one_charge_a_kind",
                condition=~Q(status="void"),
            ),
            models.CheckConstraint(name="charge_positive", condition=Q(amount_cents__gt=0)),
        ]

    def __str__(self) -> str:
        return f"charge {self.pk}"


class PaymentState(models.TextChoices):
    PENDING = "pending", "Not paid yet"
    PAID = "paid", "Paid"
    EXPIRED = "expired", "Not completed"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"


class Payment(PublicModel, TimestampedModel):
    """One attempt to pay one charge by card; its `public_id` is all that Stripe knows of it."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="payments")
    state = models.CharField(max_length=20, choices=PaymentState, default=PaymentState.PENDING)
    amount_cents = CentsField()
    checkout_session = models.CharField(max_length=120, unique=True, null=True, blank=True)
    checkout_url = models.TextField(blank=True)
    payment_intent = models.CharField(max_length=120, unique=True, null=True, blank=True)
    stripe_charge = models.CharField(max_length=120, blank=True)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    session_ends_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    notice_version = models.CharField(max_length=20)  # the NY card notice that was acknowledged
    notice_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["charge"], name="one_open_payment", condition=Q(state="pending")
            ),
            models.CheckConstraint(
                name="payment_paid_when", condition=~Q(state="paid") | Q(paid_at__isnull=False)
            ),
            models.CheckConstraint(name="payment_positive", condition=Q(amount_cents__gt=0)),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"


class Refund(PublicModel, TimestampedModel):
    """A refund, ours or made in Stripe's dashboard; its `public_id` is the idempotency key."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_cents = CentsField()
    stripe_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    origin = models.CharField(max_length=10, default="app")
    status = models.CharField(max_length=20, default="pending")
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"refund {self.pk}"


class Account(models.TextChoices):
    RECEIVABLE = "receivable", "Owed by clients"
    INCOME = "income", "Income"
    STRIPE = "stripe", "With Stripe"
    CASH = "cash", "Received otherwise"


class LedgerEntry(models.Model):
    """One side of a transaction: cents, debit above zero, credit below. Append-only."""

    transaction_key = models.CharField(max_length=120)  # one per cause: "charge:<uuid>"
    account = models.CharField(max_length=20, choices=Account)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="ledger_entries")
    charge = models.ForeignKey(
        Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    cents = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transaction_key", "account"], name="ledger_entered_once"
            ),
            models.CheckConstraint(name="ledger_not_zero", condition=~Q(cents=0)),
            AppendOnly(name="ledger_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_key} {self.account}"


class StripeEvent(models.Model):
    """A webhook event, stored once. It only says what to look at; Stripe's object decides."""

    event_id = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.event_id


class TaskKind(models.TextChoices):
    LATE_PAYMENT = "late_payment", "A payment came after its session had ended"
    AMOUNT_DIFFERS = "amount_differs", "Stripe's amount differs from ours"
    EXTERNAL_REFUND = "external_refund", "A refund was made in Stripe's dashboard"
    DISPUTE = "dispute", "A payment is disputed"
    FEE_TO_APPROVE = "fee_to_approve", "A fee waits for approval"


class BillingTask(PublicModel):
    """Something that a person must decide; a refund or dispute never cancels care by itself."""

    kind = models.CharField(max_length=20, choices=TaskKind)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, blank=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True)
    key = models.CharField(max_length=160, unique=True)
    raised_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-raised_at"]

    def __str__(self) -> str:
        return f"task {self.pk} {self.kind}"


class GoodFaithEstimate(PublicModel):
    """An estimate as issued (45 CFR 149.610). Never edited; a later one supersedes it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="estimates")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="estimates")
    number = models.PositiveIntegerField(unique=True)
    content = EncryptedJSONField()  # every printed element
    total_cents = CentsField()
    issued_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField()
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    file = models.FileField(
        storage=private_storage, upload_to="estimates/%Y/%m", max_length=200, blank=True
    )
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                name="estimate_valid_until", condition=Q(valid_until__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"estimate {self.number}"


class Receipt(PublicModel):
    """A receipt as a PDF for one paid payment."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    number = models.PositiveIntegerField(unique=True)
    file = models.FileField(storage=private_storage, upload_to="receipts/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="receipt_append_only", mutable=("file",))]

    def __str__(self) -> str:
        return f"receipt {self.number}"

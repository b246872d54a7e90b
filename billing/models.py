"""Money: what is owed and why, what was paid, and the ledger that adds up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Client, User
from billing.querysets import (
    BillingTaskQuerySet,
    ChargeQuerySet,
    EstimateQuerySet,
    LedgerQuerySet,
    PaymentQuerySet,
    RefundQuerySet,
)
from booking.models import Appointment
from portal.shared.append_only import AppendOnly
from portal.shared.encryption.fields import EncryptedJSONField, EncryptedTextField
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
    """What a client owes for one thing. The price is a snapshot of the appointment's.

    Whether it is paid is not stored: the ledger says so. A proposed fee is owed, and stands in
    the ledger, only after somebody has approved it.
    """

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
    # Approved or waived: a person decided, and said why.
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = EncryptedTextField(null=True, blank=True)

    balance_cents: int  # what is owed by the ledger; there on rows that come `with_balance()`

    objects = ChargeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind"],
                name="one_charge_a_kind",
                condition=~Q(status="void"),
            ),
            models.CheckConstraint(name="charge_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(name="charge_kind", condition=Q(kind__in=ChargeKind.values)),
            models.CheckConstraint(
                name="charge_status", condition=Q(status__in=ChargeStatus.values)
            ),
            models.CheckConstraint(
                name="charge_decided_when",
                condition=~Q(status="void") | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"charge {self.pk}"


class PaymentMethod(models.TextChoices):
    CARD = "card", "Card"
    CASH = "cash", "Cash"
    CHECK = "check", "Check"


class PaymentState(models.TextChoices):
    PENDING = "pending", "Not paid yet"
    PAID = "paid", "Paid"
    EXPIRED = "expired", "Not completed"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"


class Payment(PublicModel, TimestampedModel):
    """One attempt to pay one charge; its `public_id` is all that Stripe knows of it."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=10, choices=PaymentMethod, default=PaymentMethod.CARD)
    state = models.CharField(max_length=20, choices=PaymentState, default=PaymentState.PENDING)
    amount_cents = CentsField()
    checkout_session = models.CharField(max_length=120, unique=True, null=True, blank=True)
    checkout_url = models.TextField(blank=True)
    payment_intent = models.CharField(max_length=120, unique=True, null=True, blank=True)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    session_ends_at = models.DateTimeField(null=True, blank=True)  # set once: retries send it again
    paid_at = models.DateTimeField(null=True, blank=True)
    notice_version = models.CharField(max_length=20, blank=True)  # the NY card notice, as accepted
    notice_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["charge"], name="one_open_payment", condition=Q(state="pending")
            ),
            models.CheckConstraint(
                name="payment_state", condition=Q(state__in=PaymentState.values)
            ),
            models.CheckConstraint(
                name="payment_method", condition=Q(method__in=PaymentMethod.values)
            ),
            models.CheckConstraint(
                name="payment_paid_when", condition=~Q(state="paid") | Q(paid_at__isnull=False)
            ),
            models.CheckConstraint(name="payment_positive", condition=Q(amount_cents__gt=0)),
            # No card payment without the notice (NY GBL 519-a) and an end of its session;
            # no payment at the desk without the person who took it.
            models.CheckConstraint(
                name="payment_card_noticed",
                condition=~Q(method="card")
                | (
                    ~Q(notice_version="")
                    & Q(notice_at__isnull=False)
                    & Q(session_ends_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="payment_desk_recorded",
                condition=Q(method="card") | Q(recorded_by__isnull=False, state="paid"),
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"

    @property
    def is_card(self) -> bool:
        return self.method == PaymentMethod.CARD


class RefundStatus(models.TextChoices):
    PENDING = "pending", "On its way"
    SUCCEEDED = "succeeded", "Given back"
    FAILED = "failed", "Failed"


class RefundOrigin(models.TextChoices):
    DESK = "desk", "Billing desk"
    STRIPE = "stripe", "Stripe’s dashboard"


class Refund(PublicModel, TimestampedModel):
    """A refund, ours or made in Stripe's dashboard; its `public_id` is the idempotency key."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_cents = CentsField()
    stripe_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    origin = models.CharField(max_length=10, choices=RefundOrigin, default=RefundOrigin.DESK)
    status = models.CharField(max_length=10, choices=RefundStatus, default=RefundStatus.PENDING)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="refund_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="refund_status", condition=Q(status__in=RefundStatus.values)
            ),
            models.CheckConstraint(
                name="refund_desk_by", condition=~Q(origin="desk") | Q(created_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk}"

    @property
    def counts(self) -> bool:
        """Given back or on the way; `RefundQuerySet.counting` asks the database the same."""
        return self.status != RefundStatus.FAILED


class Account(models.TextChoices):
    RECEIVABLE = "receivable", "Owed by clients"
    INCOME = "income", "Income"
    STRIPE = "stripe", "With Stripe"
    CASH = "cash", "Received at the desk"
    REFUNDED = "refunded", "Given back"


class LedgerEntry(models.Model):
    """One side of a transaction: cents, debit above zero, credit below. Append-only."""

    transaction_key = models.CharField(max_length=120)  # one per cause: "charge:<uuid>"
    account = models.CharField(max_length=20, choices=Account)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="ledger_entries")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="ledger_entries")
    cents = models.IntegerField()
    at = models.DateTimeField()

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(
                fields=["transaction_key", "account"], name="ledger_entered_once"
            ),
            models.CheckConstraint(name="ledger_not_zero", condition=~Q(cents=0)),
            models.CheckConstraint(name="ledger_account", condition=Q(account__in=Account.values)),
            AppendOnly(name="ledger_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_key} {self.account}"


class StripeEvent(models.Model):
    """A webhook event, stored once. It only says what to look at; Stripe's object decides."""

    event_id = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=120)
    payment_intent = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField()
    webhook_at = models.DateTimeField(null=True, blank=True)  # null: the regular look found it
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.event_id


class TaskKind(models.TextChoices):
    LATE_PAYMENT = "late_payment", "More was paid than is owed"
    AMOUNT_DIFFERS = "amount_differs", "Stripe’s record differs from ours"
    EXTERNAL_REFUND = "external_refund", "A refund was made in Stripe’s dashboard"
    REFUND_FAILED = "refund_failed", "A refund did not arrive"
    DISPUTE = "dispute", "A payment is disputed"
    FEE_TO_APPROVE = "fee_to_approve", "A fee waits for approval"


class BillingTask(PublicModel):
    """Something that a person must decide; a refund or dispute never cancels care by itself."""

    kind = models.CharField(max_length=20, choices=TaskKind)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="tasks")
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    amount_cents = CentsField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)  # Stripe's word: "won", "lost"
    key = models.CharField(max_length=160, unique=True)
    raised_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BillingTaskQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="task_done_by",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

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
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    # The PDF is drawn a moment later by the worker; then it lies in the client's documents.
    file = models.FileField(
        storage=private_storage, upload_to="estimates/%Y/%m", max_length=200, blank=True
    )
    sha256 = models.CharField(max_length=64, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = EstimateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="estimate_delivered",
                condition=Q(delivered_at__isnull=True, sha256="")
                | (Q(delivered_at__isnull=False) & ~Q(sha256="")),
            ),
            AppendOnly(
                name="estimate_append_only",
                mutable=("content", "file", "sha256", "delivered_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"estimate {self.number}"


class Receipt(PublicModel):
    """A receipt as a PDF for one paid payment. Numbers have no gaps."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    number = models.PositiveIntegerField(unique=True)
    file = models.FileField(storage=private_storage, upload_to="receipts/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [AppendOnly(name="receipt_append_only", mutable=("file",))]

    def __str__(self) -> str:
        return f"receipt {self.number}"

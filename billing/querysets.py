"""The questions that billing asks of its tables, as chainable look-ups."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from accounts.models import Client

RECEIVABLE = "receivable"


class ChargeQuerySet(QuerySet[Any]):
    def of(self, client: Client) -> Self:
        return self.filter(client=client)

    def with_balance(self) -> Self:
        """Adds `balance_cents`: what the ledger says is still owed; below zero is a credit."""
        # A subquery, because a sum over a join would group the rows and drop their order.
        entries: Any = self.model._meta.get_field("ledger_entries").related_model
        owed = entries.objects.owed().filter(charge=OuterRef("pk")).order_by().values("charge")
        total = Subquery(owed.annotate(total=Sum("cents")).values("total"))
        return self.annotate(balance_cents=Coalesce(total, 0, output_field=IntegerField()))

    def owed(self) -> Self:
        return self.with_balance().filter(balance_cents__gt=0)

    def in_credit(self) -> Self:
        return self.with_balance().filter(balance_cents__lt=0)

    def total_cents(self) -> int:
        """The sum of the balances, in cents; after `owed` or `in_credit`."""
        found: int = self.aggregate(total=Coalesce(Sum("balance_cents"), 0))["total"]
        return found

    def settled(self) -> Self:
        """Asked for, and nothing of it is owed any more."""
        return self.with_balance().filter(balance_cents__lte=0, status="open")

    def proposed(self) -> Self:
        return self.with_balance().filter(status="proposed")

    def shown_to_client(self) -> Self:
        """A fee that nobody has approved yet is nothing that a client owes."""
        return self.exclude(status="proposed")


class PaymentQuerySet(QuerySet[Any]):
    def of(self, client: Client) -> Self:
        return self.filter(charge__client=client)

    def pending(self) -> Self:
        return self.filter(state="pending")

    def paid(self) -> Self:
        return self.filter(state="paid")

    def by_card(self) -> Self:
        return self.filter(method="card")

    def waiting_since(self, moment: datetime) -> Self:
        return self.pending().filter(created_at__lte=moment)


class RefundQuerySet(QuerySet[Any]):
    def counting(self) -> Self:
        """Given back or on the way: what may not be given back once more."""
        return self.exclude(status="failed")

    def waiting_since(self, moment: datetime) -> Self:
        return self.filter(status="pending", created_at__lte=moment)


class LedgerQuerySet(QuerySet[Any]):
    def total(self) -> int:
        return self.aggregate(total=Coalesce(Sum("cents"), 0))["total"]

    def owed(self) -> Self:
        return self.filter(account=RECEIVABLE)


class BillingTaskQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True)


class EstimateQuerySet(QuerySet[Any]):
    def of(self, client: Client) -> Self:
        return self.filter(client=client)

    def current(self) -> Self:
        return self.filter(superseded_by__isnull=True)

"""Whether the ledger agrees with every charge, payment and refund, and with itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.models import LedgerEntry
from billing.services import books


class Command(BaseCommand):
    help = "Check that every transaction sums to zero and everything stands in it once."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(books.problems())
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"The books do not add up: {len(found)} problems.")
        self.stdout.write(f"The books add up: {LedgerEntry.objects.count()} entries.")

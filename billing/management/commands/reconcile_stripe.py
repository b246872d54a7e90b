"""The regular look at Stripe, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.services import reconciliation
from portal.shared.clock import utc_now


class Command(BaseCommand):
    help = "Read again every payment and refund that is not final, and fetch missed events."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = reconciliation.run(now=utc_now())
        self.stdout.write(
            f"payments read: {outcome.payments}, refunds read: {outcome.refunds}, "
            f"missed events found: {outcome.events}, failures: {outcome.failures}"
        )
        if outcome.failures:
            raise CommandError("Stripe did not answer for some of them; they are tried again.")

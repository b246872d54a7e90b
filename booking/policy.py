"""The cancellation policy: one rule for the page, the mail, and what cancelling costs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.shared.money import format_usd

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """Free until `free_hours` before the start; after that `late_fee_cents` may be asked."""

    free_hours: int
    late_fee_cents: int

    def free_until(self, starts_at: datetime) -> datetime:
        """The last moment at which moving or cancelling costs nothing."""
        return starts_at - self.free_hours * HOUR

    def is_free(self, starts_at: datetime, now: datetime) -> bool:
        """Whether changing it now costs nothing."""
        return now <= self.free_until(starts_at)

    def fee_cents(self, starts_at: datetime, now: datetime) -> int:
        """What cancelling now would cost, in cents."""
        return 0 if self.is_free(starts_at, now) else self.late_fee_cents

    @property
    def sentence(self) -> str:
        """The policy in one sentence, the same on pages and in mails."""
        free = f"Move or cancel up to {_hours(self.free_hours)} before, in one step, at no cost."
        if not self.free_hours:
            return "Move or cancel at any time before it begins, at no cost."
        if not self.late_fee_cents:
            return f"{free} After that, please call."
        return f"{free} After that, the fee is {format_usd(self.late_fee_cents)}."


def _hours(count: int) -> str:
    if count >= 48 and count % 24 == 0:
        return f"{count // 24} days"
    return "1 hour" if count == 1 else f"{count} hours"

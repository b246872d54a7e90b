"""What was found about a time that somebody wants, before anything is written."""

from datetime import datetime

from booking.availability import Reason


class Verdict:
    """`reason`: why the time is not open; None when it is."""

    __slots__ = ()
    reason: Reason | None

    @property
    def opens_time(self) -> bool:
        """Only the hours speak against it: it goes ahead when she wants it all the same."""
        return self.reason == Reason.OUTSIDE_HOURS


class PlannedVerdict(Verdict):
    """Of a time that a repetition came to; None where the clocks skip that hour on its day."""

    __slots__ = ()
    starts_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.starts_at is not None and self.reason is None

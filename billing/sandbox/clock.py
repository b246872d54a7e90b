"""The sandbox's time: the machine's, plus what a test or the operator has added."""

import time


class Clock:
    """Seconds since 1970, UTC. `start` sets what "now" is at the beginning; it then runs on."""

    def __init__(self, start: float | None = None) -> None:
        self._offset = 0.0 if start is None else start - time.time()

    def now(self) -> int:
        return int(self.precise())

    def precise(self) -> float:
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Only forward: Stripe's objects never get younger."""
        if seconds < 0:
            raise ValueError("The clock only goes forward.")
        self._offset += seconds

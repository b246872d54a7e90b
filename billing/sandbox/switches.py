"""What goes wrong on purpose. Everything is off unless a test or the operator turns it on."""

import threading
from dataclasses import asdict, dataclass, field, fields
from typing import Any

LOST_RESPONSES = ("error_before", "error_after", "close_before", "close_after", "slow")


@dataclass
class Fault:
    """One or more requests that are answered badly.

    `request` is "POST /v1/refunds" or a beginning of it; `how`: before or after the work was
    done and stored, an error 500 or a closed connection; `slow` answers late (`seconds`).
    """

    request: str
    how: str
    times: int = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.how not in LOST_RESPONSES:
            raise ValueError(f"how: one of {', '.join(LOST_RESPONSES)}")


@dataclass
class Switches:
    """Event types in `drop` and `duplicate` may end in "*". Delays are in seconds."""

    drop: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    delay: float = 0.0
    order: str = "created"  # or "reversed" or "shuffled"
    hold: bool = False
    late_fee: bool = False
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def change(self, wanted: dict[str, Any]) -> None:
        """Sets the named switches, as the control API sends them. Raises ValueError."""
        unknown = set(wanted) - {each.name for each in fields(self)}
        if unknown:
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
        for name, value in wanted.items():
            new = [Fault(**fault) for fault in value] if name == "faults" else value
            setattr(self, name, new)

    def shown(self) -> dict[str, Any]:
        return asdict(self)

    def take_fault(self, request: str) -> Fault | None:
        """The fault for this request, if one is left; each is used `times` times."""
        with self._lock:
            for fault in self.faults:
                if fault.times > 0 and request.startswith(fault.request):
                    fault.times -= 1
                    return fault
        return None


def matches(event_type: str, patterns: list[str]) -> bool:
    return any(
        event_type == pattern or (pattern.endswith("*") and event_type.startswith(pattern[:-1]))
        for pattern in patterns
    )

"""The practice and the provider as they stand on a receipt or an estimate: a frozen copy."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from accounts.models import Practice
from booking.models import Practitioner


@dataclass(frozen=True)
class Letterhead:
    practice: str
    address: str
    phone: str
    npi: str
    tax_id: str
    provider: str
    licence: str
    provider_npi: str

    @classmethod
    def of(cls, practice: Practice, practitioner: Practitioner) -> Self:
        return cls(
            practice=practice.name,
            address=practice.address_line,
            phone=practice.phone,
            npi=practice.npi,
            tax_id=practice.ein,
            provider=", ".join(filter(None, [practitioner.name, practitioner.credential])),
            licence=practitioner.licence_line,
            provider_npi=practitioner.npi or practice.npi,
        )

    @classmethod
    def from_snapshot(cls, snapshot: dict[str, Any]) -> Self:
        return cls(**snapshot)

    def snapshot(self) -> dict[str, Any]:
        return asdict(self)

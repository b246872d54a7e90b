"""What the therapist has to know of consents before a session, for Today, chart and appointment."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Client, User
from intake.models import ConsentKind, ConsentWithdrawal
from intake.services.consent_state import Asked, known_texts, wants_paper
from intake.services.withdrawing import treatment_withdrawn, withdrawals_for


@dataclass(frozen=True, slots=True)
class Consents:
    """A client's consents, as one appointment or chart shows them."""

    texts: list[Asked]
    withdrawn: list[ConsentWithdrawal]
    """Consents to treatment that are not in force any more."""
    is_on_paper: bool

    @property
    def words(self) -> str:
        if not self.texts:
            return "None asked for"
        left = [asked for asked in self.texts if not asked.is_settled]
        newer = sum(asked.before is not None for asked in left)
        if newer:
            return (
                f"{newer} new version{'' if newer == 1 else 's'} not signed yet; the earlier holds"
            )
        if left:
            return f"{len(self.texts) - len(left)} of {len(self.texts)} settled"
        return "All settled"


def consents_of(client: Client, *, now: datetime) -> Consents:
    return Consents(
        known_texts(client, now=now),
        treatment_withdrawn(client, now=now),
        wants_paper(client, now=now),
    )


def unseen_withdrawals(therapist: User) -> list[ConsentWithdrawal]:
    """What was taken back and nobody has read yet; treatment first."""
    rows = withdrawals_for(therapist).filter(seen_at=None).order_by("withdrawn_at")
    return sorted(rows, key=lambda row: row.signature.document.kind != ConsentKind.TREATMENT)

"""Who of a therapist's clients has signed which version of a text, and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Client, User
from intake.models import ConsentDocument, ConsentRequest, ConsentSignature
from intake.services.asking_again import clients_in_care
from intake.services.consent_state import Asked, standing


@dataclass(frozen=True)
class Signer:
    """One client and how far they are with one text."""

    client: Client
    asked: Asked
    is_in_care: bool
    request: ConsentRequest | None

    @property
    def words(self) -> str:
        """What the therapist reads: the state, and what it means for care."""
        asked = self.asked
        if asked.is_on_paper:
            return "Wants to sign on paper"
        if asked.is_sheet:
            return "Signed on paper"
        if asked.is_settled:
            return f"Signed version {asked.document.version}"
        if asked.before:
            return (
                f"Signed version {asked.before.version}, not yet version {asked.document.version}"
            )
        if asked.withdrawal:
            return "Taken back"
        return "Not signed"

    @property
    def kind(self) -> str:
        """Of the badge."""
        if self.asked.withdrawal:
            return "danger"
        return "good" if self.asked.is_settled and not self.asked.is_on_paper else "warn"

    @property
    def can_be_asked(self) -> bool:
        return self.is_in_care and not self.asked.is_settled


def signers(*, document: ConsentDocument, therapist: User, now: datetime) -> list[Signer]:
    """The therapist's clients who are in care, were asked or have signed; the open ones first."""
    own = Client.objects.filter(appointments__practitioner__user=therapist)
    in_care = set(clients_in_care(now).values_list("pk", flat=True))
    requests = {row.client_id: row for row in ConsentRequest.objects.filter(document=document)}
    signed = set(
        ConsentSignature.objects.filter(document__slug=document.slug).values_list(
            "client_id", flat=True
        )
    )
    concerned = in_care | signed | requests.keys()
    rows = [
        Signer(
            client,
            standing(client, [document], now=now)[0],
            client.pk in in_care,
            requests.get(client.pk),
        )
        for client in own.filter(pk__in=concerned).select_related("user").distinct()
    ]
    return sorted(rows, key=lambda row: (row.asked.is_settled, row.client.display_name.casefold()))

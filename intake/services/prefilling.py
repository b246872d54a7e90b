"""What the client told us when they booked is not asked again: it stands there to be checked."""

from datetime import date, datetime

from accounts.models import Client
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import answer_to_json
from intake.fhir.questionnaire import Coded, Item, ItemType, Value
from intake.models import Answer, QuestionnaireResponse

WRITER = "details"


def prefill(*, response: QuestionnaireResponse, client: Client, now: datetime) -> None:
    known = known_details(client)
    items = [item for item in response.questionnaire.parsed.questions() if known.get(item.prefill)]
    Answer.objects.bulk_create(
        Answer(
            response=response,
            link_id=item.link_id,
            value=answer_to_json(GivenAnswer((as_value(item, known[item.prefill]),)))["values"],
            writer=WRITER,
            updated_at=now,
        )
        for item in items
    )


def known_details(client: Client) -> dict[str, str | date]:
    emergency = client.emergency_contact or {}
    details: dict[str, str | date | None] = {
        "legal_name": client.legal_name,
        "chosen_name": client.chosen_name,
        "pronouns": client.pronouns,
        "birth_date": client.birth_date,
        "phone": client.phone,
        "address": client.address,
        "voicemail": client.voicemail,
        "emergency_name": emergency.get("name"),
        "emergency_phone": emergency.get("phone"),
        "emergency_relation": emergency.get("relation"),
    }
    return {name: value for name, value in details.items() if value}


def as_value(item: Item, known: str | date) -> Value:
    """A detail as an answer: the option that says the same, else the words themselves."""
    if isinstance(known, date) or item.type not in (ItemType.CHOICE, ItemType.OPEN_CHOICE):
        return known
    same = (
        option for option in item.options if _plain(known) in (option.code, _plain(option.display))
    )
    option = next(same, None)
    return Coded(option.code) if option else known


def _plain(words: str) -> str:
    return words.replace(" ", "").casefold()

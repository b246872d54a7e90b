"""A finished intake with everything that is hard to print, and its packet."""

from datetime import UTC, datetime

from intake.consent_texts import ORDER as CONSENTS
from intake.models import Intake
from intake.services.publishing import publish_starters
from intake.services.submitting import submit
from tests.factories.booking import NOW, a_practice, an_appointment
from tests.factories.consents import NAME, sign_text
from tests.factories.intake import FILLED_AT, NEEDED, an_intake, answer, response_to

MADE_AT = datetime(2027, 1, 2, 1, 20, tzinfo=UTC)
LONG = " ".join(f"sentence {number} of a long story." for number in range(1, 240))
HEBREW = "שלום, אני רוצה לישון טוב יותר"
ARABIC = "أريد أن أنام جيدًا"
CHINESE = "我希望能睡个好觉，再次乘坐地铁而不害怕。"
EMOJI = "Better now 🌱 and hopeful 👩🏽‍⚕️"
LONG_WORD = "Donaudampfschifffahrt" * 20
HOSTILE = "<script>alert(1)</script> & {{ secret }} {% include 'x' %}"
WHY = "I did not feel understood"
PHQ_CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
PHQ_ITEMS = (
    "44250-9", "44255-8", "44259-0", "44254-1", "44251-7",
    "44258-2", "44252-5", "44253-3", "44260-8",
)  # fmt: skip


def a_filled_intake(
    *,
    consents: tuple[str, ...] = CONSENTS,
    phq: tuple[int | None, ...] = (1, 2, 3, 1, 0, 2, 1, 0, 0),
) -> Intake:
    """Answers of every kind in four parts; not sent yet, nothing signed yet."""
    a_practice()
    appointment = an_appointment()
    appointment.client.chosen_name = NAME
    appointment.client.save(update_fields=["chosen_name"])
    publish_starters(practitioner=appointment.practitioner, by=None, now=NOW)
    intake = an_intake(
        "about-you",
        "what-brings-you",
        "hopes-fears-expectations",
        "phq-9",
        appointment=appointment,
        consents=consents,
    )
    for link_id, words in (NEEDED["about-you"] | {"legal-name": NAME}).items():
        _say(intake, "about-you", link_id, words)
    for (part, link_id), words in zip(LONG_QUESTIONS, TEXTS, strict=True):
        _say(intake, part, link_id, words)
    for link_id, points in zip(PHQ_ITEMS, phq, strict=True):
        if points is not None:
            _say(intake, "phq-9", link_id, PHQ_CODES[points])
    return intake


TEXTS = (f"{LONG}\n\n{EMOJI}", HEBREW, ARABIC, CHINESE, LONG_WORD, HOSTILE)


LONG_QUESTIONS = (
    ("what-brings-you", "reason"),
    ("what-brings-you", "hardest"),
    ("hopes-fears-expectations", "hope"),
    ("hopes-fears-expectations", "first-sign"),
    ("hopes-fears-expectations", "after"),
    ("hopes-fears-expectations", "you-do"),
)


def _say(intake: Intake, part: str, link_id: str, words: str) -> None:
    response = response_to(intake, part)
    item = response.questionnaire.parsed.by_link_id[link_id]
    value = datetime.fromisoformat(words).date() if item.type == "date" else words
    answer(response, link_id, value)


def a_complete_intake(**options: object) -> Intake:
    """Sent and signed, so that its packet is due."""
    intake = a_filled_intake(**options)
    for document in intake.consents.order_by("pk"):
        sign_text(intake, document.slug, drawn="M10 10 L200 120 L300 20")
    submit(intake=intake, by=intake.client.user, now=FILLED_AT)
    intake.refresh_from_db()
    assert intake.completed_at
    return intake

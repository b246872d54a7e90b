"""The sample document: a PDF with one word, to show that a client can open such files."""

from intake.models import Intake
from portal.shared import pdf
from portal.shared.encryption.crypto import blind_index

WORDS = (
    "harbor", "lantern", "meadow", "orchard", "pebble", "river", "willow", "maple",
    "garden", "window", "candle", "feather", "island", "bridge", "cotton", "morning",
)  # fmt: skip


def sample_word(intake: Intake) -> str:
    """The word of this intake; the same each time it is opened."""
    number = int(blind_index(str(intake.public_id), purpose="sample-document")[:8], 16)
    return WORDS[number % len(WORDS)]


def sample_document(intake: Intake) -> bytes:
    return pdf.render(
        template="pdf/sample.html", context={"word": sample_word(intake)}, title="Sample document"
    ).content

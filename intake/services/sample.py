"""The sample document: a PDF with one word, to show that a client can open such files."""

from portal.shared import pdf
from portal.shared.encryption.crypto import blind_index
from portal.shared.models import PublicModel

WORDS = (
    "harbor", "lantern", "meadow", "orchard", "pebble", "river", "willow", "maple",
    "garden", "window", "candle", "feather", "island", "bridge", "cotton", "morning",
)  # fmt: skip


def sample_word(owner: PublicModel) -> str:
    """The word of this intake or client; the same each time it is opened."""
    number = int(blind_index(str(owner.public_id), purpose="sample-document")[:8], 16)
    return WORDS[number % len(WORDS)]


def sample_document(owner: PublicModel) -> bytes:
    return pdf.render(
        template="pdf/sample.html", context={"word": sample_word(owner)}, title="Sample document"
    ).content

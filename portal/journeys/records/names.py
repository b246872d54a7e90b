"""What files are called in the archive: plain, sorted by their day, naming no person."""

from billing.models import GoodFaithEstimate, Receipt
from intake.models import Packet, SignedCopy, Upload

INDEX = "index.html"
RECORD = "data/record.fhir.json"
TIMELINE, TIMELINE_PDF = "data/earlier-therapy.fhir.json", "documents/earlier-therapy.pdf"
APPOINTMENTS, CHARGES = "tables/appointments.csv", "tables/charges.csv"
PAYMENTS, MEASURES = "tables/payments.csv", "tables/measures.csv"


ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def upload_name(upload: Upload) -> str:
    """Without what the client called it: that stands on the first page."""
    return f"given/{upload.uploaded_at:%Y-%m-%d}-{upload.pk}.{ENDINGS[upload.media_type]}"


def packet_name(packet: Packet) -> str:
    """`documents/2027-01-02-intake-packet-12-version-1.pdf`: one intake has several versions."""
    day, which = f"{packet.made_at:%Y-%m-%d}", f"{packet.intake_id}-version-{packet.version}"
    return f"documents/{day}-intake-packet-{which}.pdf"


def estimate_name(estimate: GoodFaithEstimate) -> str:
    return f"documents/{estimate.issued_at:%Y-%m-%d}-good-faith-estimate-{estimate.number}.pdf"


def receipt_name(receipt: Receipt) -> str:
    return f"documents/{receipt.made_at:%Y-%m-%d}-receipt-{receipt.number}.pdf"


def signed_name(copy: SignedCopy) -> str:
    signature = copy.signature
    document = signature.document
    day = f"{signature.signed_at:%Y-%m-%d}"
    return f"documents/{day}-{document.slug}-version-{document.version}-{signature.pk}.pdf"

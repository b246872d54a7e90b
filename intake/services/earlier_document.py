"""The timeline of earlier therapy as a PDF: made when it is asked for, kept nowhere."""

from datetime import datetime

from accounts.models import Client, Practice
from intake.models import EarlierTherapy
from portal.shared import pdf
from portal.shared.seal import in_force, sealed


def draw_timeline(client: Client, *, now: datetime) -> pdf.Document:
    """Accessible and sealed. Raises SealUnusable, and what `portal.shared.pdf` raises."""
    practice = Practice.get()
    document = pdf.render(
        template="pdf/earlier_therapy.html",
        context={
            "practice": practice,
            "client": client,
            "rows": EarlierTherapy.objects.of(client).in_time(),
            "made_at": now,
            "zone": practice.zone,
        },
        title="Earlier therapy",
    )
    return sealed(document, in_force(now))

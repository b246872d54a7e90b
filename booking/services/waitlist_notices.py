"""The mail to the one whom a time is offered to, in words that tell a stranger nothing."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import Practice
from booking.models import Place, WaitlistOffer
from booking.services.notices import PLACE_WORDS
from booking.wording import full
from portal.shared import mail


def time_opened(offer: WaitlistOffer, *, now: datetime) -> None:
    """When it is, until when it is kept for them, and where to say yes or no."""
    practice, held, client = Practice.get(), offer.appointment, offer.entry.client
    when, until = full(held.starts_at, practice.zone), full(offer.expires_at, practice.zone)
    mail.queue(
        to=client.email,
        subject="A time has opened",
        template="email/booking/time_opened",
        context={
            "practice": practice,
            "name": client.display_name,
            "when": when,
            "facts": [
                {"label": "When", "value": when},
                {"label": "How we meet", "value": PLACE_WORDS[Place(held.place)]},
                {"label": "Kept for you until", "value": until},
            ],
            "page": page_of(offer),
        },
        key=f"waitlist-offer:{offer.pk}",
        now=now,
    )


def page_of(offer: WaitlistOffer) -> str:
    """The offer's page, with the portal's address; it opens for the signed-in person alone."""
    return str(settings.PORTAL_URL) + reverse("booking:waitlist_offer", args=[offer.public_id])

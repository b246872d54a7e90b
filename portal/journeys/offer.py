"""Taking a time that the waitlist offered: booked with all that follows, or not at all."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.models import Practice, User
from accounts.policies import client_only
from accounts.services.sign_in import NotProved
from booking.models import OfferState, WaitlistOffer
from booking.services import waitlist_offers
from booking.services.audiences import NotForYou
from booking.services.contention import retrying
from booking.services.licence import NotLicensedThere
from booking.services.protection import Blocked
from booking.services.waitlist_offers import OfferOver
from booking.views.not_here import not_here
from booking.views.waitlist import offer_ended, own_offer
from portal.journeys.hold import Booked, with_papers
from portal.shared.clock import utc_now
from portal.shared.request import Source, source_of

NOT_HERE = "This time can’t be booked here."


@retrying
@transaction.atomic
def take(*, offer: WaitlistOffer, by: User, now: datetime, source: Source) -> Booked:
    """Raises OfferOver, NotForYou, NotLicensedThere, Blocked, NotProved."""
    appointment = waitlist_offers.accept(offer=offer, by=by, now=now, source=source)
    return with_papers(appointment, by=by, now=now, source=source)


@client_only
@require_POST
def offer_take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the time; pressed twice it is taken once."""
    offer = own_offer(request, public_id)
    try:
        booked = take(
            offer=offer, by=current_user(request), now=utc_now(), source=source_of(request)
        )
    except OfferOver:
        offer.refresh_from_db()
        if offer.state == OfferState.TAKEN:
            return redirect("journeys:hold_confirmed", offer.appointment.public_id)
        return offer_ended(request, offer)
    except Blocked:
        return not_here(request)
    except (NotForYou, NotLicensedThere, NotProved):
        phone = Practice.get().phone
        messages.warning(request, NOT_HERE + (f" Please call us at {phone}." if phone else ""))
        return redirect("booking:waitlist_offer", public_id)
    return redirect("journeys:hold_confirmed", booked.appointment.public_id)

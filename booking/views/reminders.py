"""The practice's reminder hours, and the news that the provider of text messages sends us."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.guards import current_user
from accounts.models import Practice
from accounts.policies import machine, therapist_only
from accounts.services.reminder_choice import texts_offered
from booking import sms
from booking.forms_reminders import ReminderHoursForm
from booking.models import Reminder
from booking.services import reminder_delivery, reminder_hours, reminder_sending
from portal.shared.clock import utc_now
from portal.shared.request import source_of


@therapist_only
def therapist_reminders(request: HttpRequest) -> HttpResponse:
    form = ReminderHoursForm(request.POST or None, practice=Practice.get())
    if request.method == "POST" and form.is_valid():
        reminder_hours.choose(
            **form.cleaned_data,
            by=current_user(request),
            source=source_of(request),
            now=utc_now(),
        )
        messages.success(request, "Saved. Reminders that have not gone out follow the new hours.")
        return redirect("booking:therapist_reminders")
    context = {"form": form, "texts_offered": texts_offered()}
    status = 422 if form.errors else 200
    return render(request, "booking/therapist/reminder_hours.html", context, status=status)


@machine
@csrf_exempt
@require_POST
def text_status(request: HttpRequest, reference: str) -> HttpResponse:
    """204 once it is stored; 403 for what the provider did not sign with our account's token."""
    if not texts_offered():
        raise Http404
    if not _is_signed(request, reminder_sending.callback_url(reference)):
        return HttpResponse(status=403)
    reminder_id = reminder_sending.reminder_of(reference)
    if reminder_id is None:
        raise Http404
    try:
        reminder_delivery.note(
            reminder_id=reminder_id,
            provider_id=request.POST.get("MessageSid", ""),
            status=request.POST.get("MessageStatus", ""),
            code=request.POST.get("ErrorCode", ""),
            now=utc_now(),
        )
    except Reminder.DoesNotExist as error:
        raise Http404 from error
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest, url: str) -> bool:
    """By the address that we gave, however a proxy has called us; with its port or without."""
    address = urlsplit(url)
    plain = address._replace(netloc=address.hostname or "").geturl()
    return any(
        sms.is_signed(
            url=each,
            form=dict(request.POST.lists()),
            signature=request.headers.get("X-Twilio-Signature", ""),
            auth_token=settings.TWILIO_AUTH_TOKEN,
        )
        for each in {url, plain}
    )

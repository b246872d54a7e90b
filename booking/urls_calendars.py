"""Calendars outside: the secret feed, and the pages that connect the therapist's own."""

from django.urls import path

from booking.views import feed
from booking.views import therapist_calendar_choices as choices
from booking.views import therapist_calendars as calendars

ROOT = "therapist/calendars/"
ONE = f"{ROOT}<uuid:public_id>/"

urlpatterns = [
    path("calendar/<slug:token>.ics", feed.feed, name="calendar_feed"),
    path(ROOT, calendars.therapist_calendars, name="therapist_calendars"),
    path(f"{ROOT}connect/", calendars.calendar_connect, name="calendar_connect"),
    path(f"{ROOT}address/", choices.calendar_feed_make, name="calendar_feed_make"),
    path(f"{ROOT}address/end/", choices.calendar_feed_end, name="calendar_feed_end"),
    path(ONE, calendars.calendar_change, name="calendar_change"),
    path(f"{ONE}choose/", calendars.calendar_choose, name="calendar_choose"),
    path(f"{ONE}password/", calendars.calendar_password, name="calendar_password"),
    path(f"{ONE}sync/", calendars.calendar_sync, name="calendar_sync"),
    path(f"{ONE}end/", calendars.calendar_end, name="calendar_end"),
    *(
        path(
            f"{ONE}events/<uuid:appointment>/{decision}/",
            choices.calendar_decide,
            {"decision": decision},
            name=f"calendar_{decision.replace('-', '_')}",
        )
        for decision in choices.DECISIONS
    ),
]

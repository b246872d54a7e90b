"""Calendars outside: the secret feed, and the pages that connect the therapist's own."""

from django.urls import path

from booking.views import feed

urlpatterns = [
    path("calendar/<slug:token>.ics", feed.feed, name="calendar_feed"),
]

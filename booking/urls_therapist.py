"""The therapist's calendar."""

from django.urls import path

from booking.views import reminders, undo
from booking.views import therapist_appointments as appointments
from booking.views import therapist_ask as ask
from booking.views import therapist_days_off as days_off
from booking.views import therapist_hours as hours
from booking.views import therapist_requests as requests
from booking.views import therapist_series as series
from booking.views import therapist_session_types as sessions
from booking.views import therapist_time as times
from booking.views import therapist_waitlist as waiting
from booking.views import therapist_way as way
from booking.views import therapist_week as week

urlpatterns = [
    path("therapist/week/", week.therapist_week, name="therapist_week"),
    path("therapist/week/events", week.therapist_events, name="therapist_events"),
    path("therapist/week/time", ask.time_ask, name="time_ask"),
    path("therapist/series/new/", series.series_create, name="series_create"),
    path("therapist/series/<uuid:public_id>/", series.therapist_series, name="therapist_series"),
    path(
        "therapist/appointments/<uuid:public_id>/several/move/",
        series.series_move,
        name="series_move",
    ),
    path(
        "therapist/appointments/<uuid:public_id>/several/cancel/",
        series.series_cancel,
        name="series_cancel",
    ),
    path("therapist/book/", appointments.therapist_book, name="therapist_book"),
    path(
        "therapist/appointments/<uuid:public_id>/move/",
        appointments.therapist_move,
        name="therapist_move",
    ),
    path(
        "therapist/appointments/<uuid:public_id>/move/ask",
        ask.move_ask,
        name="move_ask",
    ),
    path(
        "therapist/appointments/<uuid:public_id>/cancel/",
        appointments.therapist_cancel,
        name="therapist_cancel",
    ),
    path("therapist/requests/", requests.therapist_requests, name="therapist_requests"),
    path(
        "therapist/requests/<uuid:public_id>/approve/",
        requests.therapist_approve,
        name="therapist_approve",
    ),
    path(
        "therapist/requests/<uuid:public_id>/decline/",
        requests.therapist_decline,
        name="therapist_decline",
    ),
    path("therapist/changes/<uuid:batch>/undo/", undo.therapist_undo, name="therapist_undo"),
    *(
        path(
            f"therapist/appointments/<uuid:public_id>/{outcome}/",
            appointments.therapist_outcome,
            {"outcome": outcome},
            name=f"therapist_{outcome}",
        )
        for outcome in appointments.OUTCOMES
    ),
    path("therapist/time-off/", times.time_off_create, name="time_off_create"),
    path("therapist/extra-time/", times.extra_time_create, name="extra_time_create"),
    path("therapist/time/<uuid:public_id>/", ask.time_change, name="time_change"),
    path("therapist/time/<uuid:public_id>/remove/", times.time_remove, name="time_remove"),
    path("therapist/sessions/", sessions.therapist_sessions, name="therapist_sessions"),
    path(
        "therapist/sessions/new/",
        sessions.therapist_session_create,
        name="therapist_session_create",
    ),
    path("therapist/sessions/limits/", sessions.therapist_limits, name="therapist_limits"),
    path(
        "therapist/sessions/<uuid:public_id>/",
        sessions.therapist_session_edit,
        name="therapist_session_edit",
    ),
    path(
        "therapist/sessions/<uuid:public_id>/order/",
        sessions.therapist_session_move,
        name="therapist_session_move",
    ),
    path(
        "therapist/sessions/<uuid:public_id>/offer/",
        sessions.therapist_session_offer,
        name="therapist_session_offer",
    ),
    path(
        "therapist/sessions/<uuid:public_id>/delete/",
        sessions.therapist_session_delete,
        name="therapist_session_delete",
    ),
    path("therapist/waitlist/", waiting.therapist_waitlist, name="therapist_waitlist"),
    path(
        "therapist/waitlist/<uuid:public_id>/remove/",
        waiting.therapist_waitlist_remove,
        name="therapist_waitlist_remove",
    ),
    path("therapist/reminders/", reminders.therapist_reminders, name="therapist_reminders"),
    path("therapist/how-i-work/", way.therapist_way, name="therapist_way"),
    path("therapist/how-i-work/versions/", way.therapist_way_history, name="therapist_way_history"),
    path(
        "therapist/how-i-work/versions/<int:version>/",
        way.therapist_way_version,
        name="therapist_way_version",
    ),
    path("therapist/hours/", hours.therapist_hours, name="therapist_hours"),
    path("therapist/hours/days/", days_off.therapist_days_off, name="therapist_days_off"),
    path("therapist/hours/days/holiday/", days_off.holiday_close, name="holiday_close"),
]

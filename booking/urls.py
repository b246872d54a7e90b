from django.urls import include, path

from booking.views import (
    api,
    appointments,
    calendar,
    reminders,
    series,
    undo,
    waitlist,
)

app_name = "booking"
urlpatterns = [
    path("book/<slug:slug>/", calendar.calendar, name="calendar"),
    path("book/<slug:slug>/hold/", calendar.hold_create, name="hold_create"),
    path("api/slots", api.slots, name="api_slots"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/<uuid:public_id>/", appointments.appointment, name="appointment"),
    path(
        "appointments/<uuid:public_id>/appointment.ics",
        appointments.appointment_file,
        name="appointment_file",
    ),
    path(
        "appointments/<uuid:public_id>/move/",
        appointments.appointment_reschedule,
        name="appointment_reschedule",
    ),
    path(
        "appointments/<uuid:public_id>/several/cancel/",
        series.own_series_cancel,
        name="own_series_cancel",
    ),
    path(
        "appointments/<uuid:public_id>/cancel/",
        appointments.appointment_cancel,
        name="appointment_cancel",
    ),
    path("waitlist/", waitlist.waitlist, name="waitlist"),
    path("waitlist/<slug:slug>/", waitlist.waitlist_join, name="waitlist_join"),
    path(
        "waitlist/entries/<uuid:public_id>/renew/", waitlist.waitlist_renew, name="waitlist_renew"
    ),
    path(
        "waitlist/entries/<uuid:public_id>/leave/", waitlist.waitlist_leave, name="waitlist_leave"
    ),
    path("waitlist/offers/<uuid:public_id>/", waitlist.waitlist_offer, name="waitlist_offer"),
    path(
        "waitlist/offers/<uuid:public_id>/decline/",
        waitlist.waitlist_decline,
        name="waitlist_decline",
    ),
    path("appointments/changes/<uuid:batch>/undo/", undo.change_undo, name="change_undo"),
    path("texts/<str:reference>/status", reminders.text_status, name="text_status"),
    path("", include("booking.urls_calendars")),
    path("", include("booking.urls_therapist")),
    path("", include("booking.urls_website")),
]

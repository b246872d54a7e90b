"""Pages for everyone; they stand at the root and have no namespace."""

from django.urls import URLPattern, path

from booking.views import public

urlpatterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("how-i-work/", public.how_i_work, name="how_i_work"),
    path("sessions/", public.session_types, name="session_types"),
    path("consult/", public.consult, name="consult"),
]

"""Every address of the portal. Pages that belong to no single app are named without one."""

from django.urls import include, path

urlpatterns = [
    path("", include("intake.urls")),  # first: answers are saved at every pause in typing
    path("", include("portal.journeys.urls")),
    path("", include("booking.urls_public")),
    path("", include("booking.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("accounts/", include("accounts.urls_allauth")),
]

handler400 = "portal.journeys.errors.bad_request"
handler403 = "portal.journeys.errors.forbidden"
handler404 = "portal.journeys.errors.not_found"
handler500 = "portal.journeys.errors.server_error"
handler429 = "accounts.views.too_many.handler429"  # allauth calls it, not Django

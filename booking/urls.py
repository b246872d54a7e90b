from django.urls import include, path

app_name = "booking"
urlpatterns = [
    path("", include("booking.urls_therapist")),
]

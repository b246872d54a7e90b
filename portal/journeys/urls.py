from django.urls import URLPattern, path

from portal.journeys import health

app_name = "journeys"
urlpatterns: list[URLPattern] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

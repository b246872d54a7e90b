from django.urls import URLPattern, path

from portal.journeys import gallery, health

app_name = "journeys"
urlpatterns: list[URLPattern] = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

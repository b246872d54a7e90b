"""One view with one query, to compare with."""

from django.db import models
from django.http import HttpRequest, JsonResponse
from django.urls import path


class Offered(models.Model):
    """A session type, read from the portal's own table."""

    slug = models.SlugField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "booking_sessiontype"

    def __str__(self) -> str:
        return self.slug


def one_query(request: HttpRequest) -> JsonResponse:
    offered = Offered.objects.get(slug="emdr-session")
    return JsonResponse({"session_type": offered.slug, "minutes": offered.minutes})


urlpatterns = [path("", one_query)]

"""The client's timeline of earlier therapy."""

from django.urls import path

from intake.views import earlier

urlpatterns = [
    path("earlier-therapy/", earlier.earlier_therapies_page, name="earlier_therapies"),
    path("earlier-therapy/new/", earlier.earlier_therapy_add, name="earlier_therapy_add"),
    path("earlier-therapy/timeline.pdf", earlier.earlier_therapies_pdf, name="earlier_pdf"),
    path("earlier-therapy/timeline.fhir.json", earlier.earlier_therapies_fhir, name="earlier_fhir"),
    path(
        "earlier-therapy/<uuid:public_id>/",
        earlier.earlier_therapy_change,
        name="earlier_therapy_change",
    ),
    path(
        "earlier-therapy/<uuid:public_id>/remove/",
        earlier.earlier_therapy_remove,
        name="earlier_therapy_remove",
    ),
    path(
        "therapist/clients/<uuid:public_id>/earlier-therapy/",
        earlier.therapist_earlier_therapies,
        name="therapist_earlier_therapies",
    ),
]

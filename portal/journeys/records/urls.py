from django.urls import path

from portal.journeys.records import own_pages, therapist_pages

urlpatterns = [
    path("records/", own_pages.records, name="records"),
    path("records/looking/", own_pages.records_looking, name="records_looking"),
    path("records/<uuid:public_id>/archive/", own_pages.records_archive, name="records_archive"),
    path(
        "records/<uuid:public_id>/take-back/",
        own_pages.records_take_back,
        name="records_take_back",
    ),
    path(
        "therapist/clients/<uuid:public_id>/records/",
        therapist_pages.records_begin,
        name="records_begin",
    ),
    path(
        "therapist/records/<uuid:public_id>/",
        therapist_pages.therapist_records,
        name="therapist_records",
    ),
    path(
        "therapist/records/<uuid:public_id>/looking/",
        therapist_pages.therapist_records_looking,
        name="therapist_records_looking",
    ),
    path(
        "therapist/records/<uuid:public_id>/archive/",
        therapist_pages.therapist_records_archive,
        name="therapist_records_archive",
    ),
    path(
        "therapist/records/<uuid:public_id>/release/",
        therapist_pages.records_release,
        name="records_release",
    ),
    path(
        "therapist/records/<uuid:public_id>/close/",
        therapist_pages.records_close,
        name="records_close",
    ),
    path(
        "therapist/records/<uuid:public_id>/again/",
        therapist_pages.records_again,
        name="records_again",
    ),
]

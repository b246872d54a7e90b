"""Documents that clients hand in."""

from django.urls import path

from intake.views import uploads

urlpatterns = [
    path("handed-in/", uploads.own_uploads, name="uploads"),
    path("handed-in/<uuid:public_id>/file/", uploads.upload_file, name="upload_file"),
    path("handed-in/<uuid:public_id>/remove/", uploads.upload_remove, name="upload_remove"),
    path(
        "therapist/clients/<uuid:public_id>/documents/",
        uploads.therapist_uploads,
        name="therapist_uploads",
    ),
    path(
        "therapist/documents/<uuid:public_id>/file/",
        uploads.therapist_upload_file,
        name="therapist_upload_file",
    ),
]

"""The practice's own website, and who can't book from anywhere."""

from django.urls import path

from booking.views import embed, therapist_blocked, therapist_website

urlpatterns = [
    path("embed.js", embed.embed_script, name="embed_script"),
    path("embed/", embed.embed_all, name="embed_all"),
    path("embed/<slug:slug>/", embed.embed, name="embed"),
    path("therapist/website/", therapist_website.therapist_website, name="therapist_website"),
    path(
        "therapist/website/preview/",
        therapist_website.website_preview_all,
        name="website_preview_all",
    ),
    path(
        "therapist/website/preview/<slug:slug>/",
        therapist_website.website_preview,
        name="website_preview",
    ),
    path("therapist/blocked/", therapist_blocked.therapist_blocked, name="therapist_blocked"),
    path(
        "therapist/blocked/<uuid:public_id>/remove/",
        therapist_blocked.therapist_unblock,
        name="therapist_unblock",
    ),
]

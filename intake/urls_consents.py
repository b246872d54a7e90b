"""Addresses of the consents and of the packet's copies; intake.urls takes them in."""

from django.urls import path

from intake.views import (
    consent_editor,
    consents,
    privacy_notice,
    therapist_consents,
    therapist_packet,
)

urlpatterns = [
    path("privacy-notice/", privacy_notice.privacy_notice, name="privacy_notice"),
    path("intake/<uuid:public_id>/consents/", consents.consents, name="consents"),
    path("intake/<uuid:public_id>/consents/<uuid:document_id>/", consents.consent, name="consent"),
    path(
        "intake/<uuid:public_id>/consents/<uuid:document_id>/paper/",
        consents.consent_paper,
        name="consent_paper",
    ),
    path("intake/<uuid:public_id>/sample.pdf", consents.sample, name="consent_sample"),
    path("therapist/consents/", therapist_consents.therapist_consents, name="therapist_consents"),
    path(
        "therapist/consents/publish/",
        therapist_consents.consents_publish,
        name="therapist_consents_publish",
    ),
    path("therapist/consents/new/", consent_editor.consent_create, name="therapist_consent_create"),
    path(
        "therapist/consents/edit/<slug:slug>/",
        consent_editor.consent_edit,
        name="therapist_consent_edit",
    ),
    path(
        "therapist/consents/<uuid:public_id>/since/<uuid:older_id>/",
        consent_editor.consent_difference,
        name="therapist_consent_difference",
    ),
    path(
        "therapist/consents/<uuid:public_id>/retire/",
        consent_editor.consent_retire,
        name="therapist_consent_retire",
    ),
    path(
        "therapist/consents/<uuid:public_id>/plans/",
        consent_editor.consent_plans,
        name="therapist_consent_plans",
    ),
    path(
        "therapist/consents/<uuid:public_id>/",
        therapist_consents.therapist_consent,
        name="therapist_consent",
    ),
    path(
        "therapist/packets/<uuid:public_id>/",
        therapist_packet.therapist_packet,
        name="therapist_packet",
    ),
]

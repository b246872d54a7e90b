"""Addresses of the consents and of the packet's copies; intake.urls takes them in."""

from django.urls import path

from intake.views import (
    consent_editor,
    consent_overview,
    consents,
    guardian,
    own_consents,
    privacy_notice,
    therapist_consents,
    therapist_guardians,
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
    path("consents/", own_consents.own_consents, name="own_consents"),
    path("consents/sample.pdf", own_consents.own_consent_sample, name="own_consent_sample"),
    path("consents/<uuid:document_id>/", own_consents.own_consent, name="own_consent"),
    path(
        "consents/<uuid:document_id>/paper/",
        own_consents.own_consent_paper,
        name="own_consent_paper",
    ),
    path("consents/<uuid:document_id>/blank.pdf", own_consents.consent_blank, name="consent_blank"),
    path("consents/signed/<uuid:public_id>/copy.pdf", own_consents.signed_copy, name="signed_copy"),
    path(
        "consents/signed/<uuid:public_id>/withdraw/",
        own_consents.consent_withdraw,
        name="consent_withdraw",
    ),
    path("guardian/", guardian.guardian_home, name="guardian_home"),
    path(
        "guardian/<uuid:public_id>/consents/<uuid:document_id>/",
        guardian.guardian_consent,
        name="guardian_consent",
    ),
    path(
        "guardian/<uuid:public_id>/consents/<uuid:document_id>/paper/",
        guardian.guardian_paper,
        name="guardian_paper",
    ),
    path(
        "guardian/<uuid:public_id>/consents/<uuid:document_id>/blank.pdf",
        guardian.guardian_blank,
        name="guardian_blank",
    ),
    path("guardian/<uuid:public_id>/sample.pdf", guardian.guardian_sample, name="guardian_sample"),
    path("guardian/signed/<uuid:public_id>/copy.pdf", guardian.guardian_copy, name="guardian_copy"),
    path(
        "guardian/signed/<uuid:public_id>/withdraw/",
        guardian.guardian_withdraw,
        name="guardian_withdraw",
    ),
    path(
        "therapist/clients/<uuid:public_id>/guardians/",
        therapist_guardians.therapist_guardians,
        name="therapist_guardians",
    ),
    path(
        "therapist/guardians/<uuid:public_id>/end/",
        therapist_guardians.therapist_guardian_end,
        name="therapist_guardian_end",
    ),
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
        "therapist/consents/<uuid:public_id>/signers/",
        consent_overview.consent_signers,
        name="therapist_consent_signers",
    ),
    path(
        "therapist/consents/<uuid:public_id>/ask/",
        consent_overview.consent_ask,
        name="therapist_consent_ask",
    ),
    path(
        "therapist/consents/<uuid:public_id>/sheet/<uuid:client_id>/",
        consent_overview.consent_sheet,
        name="therapist_consent_sheet",
    ),
    path(
        "therapist/consents/<uuid:public_id>/blank.pdf",
        consent_overview.therapist_consent_blank,
        name="therapist_consent_blank",
    ),
    path(
        "therapist/consents/signed/<uuid:public_id>/copy.pdf",
        consent_overview.therapist_signed_copy,
        name="therapist_signed_copy",
    ),
    path(
        "therapist/withdrawals/<uuid:public_id>/",
        consent_overview.therapist_withdrawal,
        name="therapist_withdrawal",
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

from django.urls import URLPattern, URLResolver, path, re_path

from intake.verification import PATTERN as CODE
from portal.journeys import (
    appointment_panel,
    data_packets,
    demo,
    documents,
    gallery,
    health,
    home,
    offer,
    packet_trouble,
    technical,
    therapist_day,
    therapist_practice,
    therapist_today,
    verify,
    views_hold,
)
from portal.journeys.records.urls import urlpatterns as records_patterns

app_name = "journeys"
urlpatterns: list[URLPattern | URLResolver] = [
    *records_patterns,
    path("demo/", demo.demo, name="demo"),
    path("demo/sign-in/<slug:key>/", demo.demo_sign_in, name="demo_sign_in"),
    path("demo/mailbox/", demo.mailbox, name="mailbox"),
    path("demo/mailbox/<int:pk>/", demo.mailbox_message, name="mailbox_message"),
    path("documents/", documents.documents, name="documents"),
    path("documents/waiting/", documents.documents_waiting, name="documents_waiting"),
    path("documents/packets/<uuid:public_id>/", documents.packet, name="packet"),
    path("intakes/<uuid:public_id>/retry/", packet_trouble.packet_retry, name="packet_retry"),
    path(
        "intakes/<uuid:public_id>/packet-with-data/",
        data_packets.packet_with_data,
        name="packet_with_data",
    ),
    path("verify/", verify.verify_form, name="verify_form"),
    re_path(r"^verify/(?P<sha256>[0-9a-fA-F]{64})/?$", verify.verify, name="verify"),
    re_path(rf"^verify/(?P<code>{CODE})/?$", verify.verify_code, name="verify_code"),
    path("hold/<uuid:public_id>/", views_hold.hold, name="hold"),
    path("hold/<uuid:public_id>/details/", views_hold.hold_details, name="hold_details"),
    path("hold/<uuid:public_id>/extend/", views_hold.hold_extend, name="hold_extend"),
    path("hold/<uuid:public_id>/release/", views_hold.hold_release, name="hold_release"),
    path("hold/<uuid:public_id>/confirmed/", views_hold.hold_confirmed, name="hold_confirmed"),
    path("waitlist/offers/<uuid:public_id>/take/", offer.offer_take, name="offer_take"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("me/", home.client_home, name="client_home"),
    path("home/", home.home_by_role, name="home_by_role"),
    path("technical/", technical.technical, name="technical"),
    path("technical/outbox/<int:pk>/retry/", technical.outbox_retry, name="outbox_retry"),
    path("therapist/", therapist_today.therapist_today, name="therapist_today"),
    path(
        "therapist/appointments/<uuid:public_id>/",
        appointment_panel.therapist_appointment,
        name="therapist_appointment",
    ),
    path("therapist/practice/", therapist_practice.therapist_practice, name="therapist_practice"),
    path("therapist/clients/", therapist_day.therapist_clients, name="therapist_clients"),
    path(
        "therapist/clients/<uuid:public_id>/",
        therapist_day.therapist_client,
        name="therapist_client",
    ),
    path(
        "therapist/clients/<uuid:public_id>/audit/",
        therapist_day.therapist_client_audit,
        name="therapist_client_audit",
    ),
]

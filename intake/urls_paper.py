"""Addresses of blank forms, and of typing in what came on paper; intake.urls takes them in."""

from django.urls import path

from intake.views import blank_forms, typing_in

INTAKE = "intake/<uuid:public_id>/"
PACKET = "blank-packets/<uuid:public_id>/"
TYPING = "therapist/intake/<uuid:public_id>/paper/<slug:part>/"

urlpatterns = [
    path(
        "therapist/questionnaires/<uuid:public_id>/blank.pdf",
        blank_forms.questionnaire_blank,
        name="questionnaire_blank",
    ),
    path(f"{INTAKE}forms/<slug:part>.pdf", blank_forms.part_blank, name="part_blank"),
    path(f"{INTAKE}forms/packet/", blank_forms.intake_packet, name="intake_blank_packet"),
    path(
        "therapist/plans/<uuid:public_id>/packet/",
        blank_forms.plan_packet,
        name="plan_blank_packet",
    ),
    path(PACKET, blank_forms.blank_packet, name="blank_packet"),
    path(f"{PACKET}look/", blank_forms.blank_packet_look, name="blank_packet_look"),
    path(f"{PACKET}again/", blank_forms.blank_packet_again, name="blank_packet_again"),
    path(f"{PACKET}blank-packet.pdf", blank_forms.blank_packet_file, name="blank_packet_file"),
    path(
        "therapist/intake/<uuid:public_id>/forms/<slug:part>.pdf",
        blank_forms.therapist_part_blank,
        name="therapist_part_blank",
    ),
    path(TYPING, typing_in.typing_begin, name="typing_begin"),
    path(f"{TYPING}check/", typing_in.typing_check, name="typing_check"),
    path(f"{TYPING}pages/<slug:section>/", typing_in.typing_section, name="typing_section"),
]

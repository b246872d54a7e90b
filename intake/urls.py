from django.urls import path

from intake.urls_consents import urlpatterns as consent_patterns
from intake.urls_earlier import urlpatterns as earlier_patterns
from intake.urls_forms import urlpatterns as form_patterns
from intake.urls_instruments import urlpatterns as instrument_patterns
from intake.urls_paper import urlpatterns as paper_patterns
from intake.urls_questionnaires import urlpatterns as questionnaire_patterns
from intake.urls_uploads import urlpatterns as upload_patterns
from intake.views import (
    exports,
    filling,
    sending,
    side_by_side,
    therapist,
    therapist_alerts,
)

app_name = "intake"
urlpatterns = [
    *consent_patterns,
    *earlier_patterns,
    *form_patterns,
    *instrument_patterns,
    *paper_patterns,
    *questionnaire_patterns,
    *upload_patterns,
    path("intake/", filling.home, name="home"),
    path("intake/<uuid:public_id>/", filling.overview, name="overview"),
    path("intake/<uuid:public_id>/check/", sending.check, name="check"),
    path("intake/<uuid:public_id>/sent/", sending.sent, name="sent"),
    path(
        "intake/<uuid:public_id>/support/<slug:part>/<slug:section>/",
        sending.support,
        name="support",
    ),
    path("intake/<uuid:public_id>/answers.json", exports.own_answers, name="own_answers"),
    path("intake/<uuid:public_id>/pause/<slug:part>/<slug:section>/", sending.pause, name="pause"),
    # Below this line a slug takes any word: addresses with a fixed word stand above.
    path("intake/<uuid:public_id>/<slug:part>/", filling.part, name="part"),
    path("intake/<uuid:public_id>/<slug:part>/<slug:section>/", filling.section, name="section"),
    path("therapist/intake/<uuid:public_id>/", therapist.reading, name="therapist_intake"),
    path(
        "therapist/intake/<uuid:public_id>/side-by-side/",
        side_by_side.side_by_side,
        name="side_by_side",
    ),
    path("therapist/intake/<uuid:public_id>/reopen/", therapist.reopen, name="therapist_reopen"),
    path(
        "therapist/intake/<uuid:public_id>/fhir.json", exports.answers_export, name="therapist_fhir"
    ),
    path(
        "therapist/intake/<uuid:public_id>/scores.json",
        exports.scores_export,
        name="therapist_scores",
    ),
    path(
        "therapist/intake/<uuid:public_id>/packet.json",
        exports.packet_export,
        name="therapist_packet_fhir",
    ),
    path(
        "therapist/intake/<uuid:public_id>/<slug:part>.json",
        exports.response_export,
        name="therapist_response",
    ),
    path("therapist/alerts/", therapist_alerts.alerts, name="therapist_alerts"),
    path("therapist/alerts/<uuid:public_id>/", therapist_alerts.alert, name="therapist_alert"),
    path(
        "therapist/alerts/<uuid:public_id>/reopen/",
        therapist_alerts.alert_reopen,
        name="alert_reopen",
    ),
    path("therapist/practice/alerts/", therapist_alerts.alert_mails, name="alert_mails"),
]

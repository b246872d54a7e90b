"""Addresses of the practice's questionnaires and of its plans; intake.urls takes them in."""

from django.urls import path

from intake.views import questionnaire_import, therapist_plans, therapist_questionnaires, trying

LIST = "therapist/questionnaires/"
ONE = "therapist/questionnaires/<uuid:public_id>/"
DRAFT = "therapist/questionnaires/drafts/<uuid:public_id>/"

urlpatterns = [
    path(LIST, therapist_questionnaires.therapist_questionnaires, name="therapist_questionnaires"),
    path(f"{LIST}import/", questionnaire_import.questionnaire_import, name="questionnaire_import"),
    path(DRAFT, questionnaire_import.questionnaire_draft, name="questionnaire_draft"),
    path(f"{DRAFT}preview/", trying.draft_preview, name="draft_preview"),
    path(f"{DRAFT}publish/", questionnaire_import.draft_publish, name="draft_publish"),
    path(f"{DRAFT}discard/", questionnaire_import.draft_discard, name="draft_discard"),
    path(ONE, therapist_questionnaires.therapist_questionnaire, name="therapist_questionnaire"),
    path(f"{ONE}preview/", trying.questionnaire_preview, name="questionnaire_preview"),
    path(f"{ONE}fhir.json", therapist_questionnaires.questionnaire_file, name="questionnaire_file"),
    path(
        f"{ONE}retire/", therapist_questionnaires.questionnaire_retire, name="questionnaire_retire"
    ),
    path("therapist/plans/", therapist_plans.therapist_plans, name="therapist_plans"),
    path(
        "therapist/plans/<uuid:public_id>/", therapist_plans.therapist_plan, name="therapist_plan"
    ),
]

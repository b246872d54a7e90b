"""Addresses of the practice's questionnaires and of its plans; intake.urls takes them in."""

from django.urls import path

from intake.views import (
    editor,
    editor_desk,
    editor_item,
    editor_rules,
    questionnaire_import,
    therapist_plans,
    therapist_questionnaires,
    trying,
)

LIST = "therapist/questionnaires/"
ONE = "therapist/questionnaires/<uuid:public_id>/"
DRAFT = "therapist/questionnaires/drafts/<uuid:public_id>/"
EDITOR = "therapist/questionnaires/editor/<uuid:public_id>/"

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
    path(f"{ONE}edit/", editor_desk.questionnaire_edit, name="questionnaire_edit"),
    path(
        f"{ONE}since/<uuid:older_id>/",
        editor_desk.questionnaire_difference,
        name="questionnaire_difference",
    ),
    path(f"{LIST}new/", editor_desk.questionnaire_create, name="questionnaire_create"),
    path(f"{DRAFT}edit/", editor_desk.draft_edit, name="draft_edit"),
    path(EDITOR, editor.editor, name="editor"),
    path(f"{EDITOR}item/", editor_item.editor_item, name="editor_item"),
    path(f"{EDITOR}condition/", editor_rules.editor_condition, name="editor_condition"),
    path(f"{EDITOR}alert/", editor_rules.editor_alert, name="editor_alert"),
    path(f"{EDITOR}about/", editor_desk.editor_head, name="editor_head"),
    path(f"{EDITOR}preview/", trying.editor_preview, name="editor_preview"),
    path(f"{EDITOR}publish/", editor_desk.editor_publish, name="editor_publish"),
    path(f"{EDITOR}discard/", editor_desk.editor_discard, name="editor_discard"),
    path("therapist/plans/", therapist_plans.therapist_plans, name="therapist_plans"),
    path(
        "therapist/plans/<uuid:public_id>/", therapist_plans.therapist_plan, name="therapist_plan"
    ),
]

"""Forms outside of an intake: the client's own, and the therapist's plans and charts of them."""

from django.urls import path

from intake.views import forms, therapist_measures

urlpatterns = [
    path("forms/", forms.forms, name="forms"),
    path("forms/<uuid:public_id>/", forms.form, name="form"),
    path("forms/<uuid:public_id>/check/", forms.form_check, name="form_check"),
    path("forms/<uuid:public_id>/decline/", forms.form_decline, name="form_decline"),
    path("forms/<uuid:public_id>/take-up/", forms.form_take_up, name="form_take_up"),
    path("forms/<uuid:public_id>/support/<slug:section>/", forms.form_support, name="form_support"),
    path("forms/<uuid:public_id>/pause/<slug:section>/", forms.form_pause, name="form_pause"),
    path("forms/<uuid:public_id>/pages/<slug:section>/", forms.form_section, name="form_section"),
    path(
        "therapist/clients/<uuid:public_id>/measures/",
        therapist_measures.client_measures,
        name="client_measures",
    ),
    path(
        "therapist/clients/<uuid:public_id>/measures.csv",
        therapist_measures.client_measures_csv,
        name="client_measures_csv",
    ),
    path("therapist/measure-plans/<uuid:public_id>/", therapist_measures.plan_act, name="plan_act"),
    path(
        "therapist/forms/<uuid:public_id>/",
        therapist_measures.therapist_form,
        name="therapist_form",
    ),
    path(
        "therapist/forms/<uuid:public_id>/withdraw/",
        therapist_measures.form_withdraw,
        name="form_withdraw",
    ),
]

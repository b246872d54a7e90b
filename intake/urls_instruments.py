"""Addresses of the practice's instruments; intake.urls takes them in."""

from django.urls import path

from intake.views import therapist_instruments

urlpatterns = [
    path(
        "therapist/instruments/",
        therapist_instruments.therapist_instruments,
        name="therapist_instruments",
    ),
    path(
        "therapist/instruments/<slug:slug>/",
        therapist_instruments.therapist_instrument,
        name="therapist_instrument",
    ),
    path(
        "therapist/instruments/<slug:slug>/plans/",
        therapist_instruments.instrument_plans,
        name="instrument_plans",
    ),
    path(
        "therapist/instruments/<slug:slug>/cut-off/",
        therapist_instruments.instrument_cut_off,
        name="instrument_cut_off",
    ),
    path(
        "therapist/instruments/<slug:slug>/preview/",
        therapist_instruments.instrument_preview,
        name="instrument_preview",
    ),
    path(
        "therapist/instruments/<slug:slug>/wording/",
        therapist_instruments.instrument_wording,
        name="instrument_wording",
    ),
    path(
        "therapist/instruments/<slug:slug>/score/",
        therapist_instruments.instrument_score,
        name="instrument_score",
    ),
]

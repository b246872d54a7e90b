"""A therapist completes packs, asks for instruments in plans, and picks a cut-off."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from intake.instruments.pack import SafetyRule, packs
from intake.instruments.scoring import scored_items
from intake.instruments.wording import Wording, WordingRefused, from_lines
from intake.models import (
    AlertKind,
    ClinicianOnly,
    ImportedWording,
    IntakePlan,
    Questionnaire,
    QuestionnaireResponse,
    SafetyAlert,
)
from intake.services.instruments import (
    Declaration,
    NoSuchCutOff,
    NotPublished,
    choose_cut_off,
    cut_off_of,
)
from intake.services.plans import ask_in_plans
from intake.services.questionnaires import publish_questionnaire
from intake.services.submitting import submit
from portal.shared.models import AuditEvent
from tests.factories.instruments import (
    a_completed_pack,
    a_fhir_file,
    lines_of,
)
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to

WHO5 = packs()["who-5"]


@pytest.fixture
def therapist(db):
    return an_intake("phq-9").appointment.practitioner.user


def test_completing_a_pack_is_published_declared_and_audited(therapist):
    questionnaire = a_completed_pack("who-5", by=therapist)

    wording = ImportedWording.objects.get()
    assert (questionnaire.slug, questionnaire.version) == ("who-5", 1)
    assert questionnaire.resource["version"] == "1.0.0+1"
    assert wording.questionnaire == questionnaire
    assert wording.licence_basis == "Written permission of March 3, 2026"
    assert (wording.declared_by, wording.declared_at) == (therapist, FILLED_AT)
    assert wording.declaration.startswith("I may use this instrument’s wording")
    event = AuditEvent.objects.get(action="instrument.wording.import")
    assert (event.actor_id, event.detail) == (therapist.pk, {"pack": "who-5", "version": 1})


def test_a_declaration_can_not_be_changed_afterwards(therapist):
    a_completed_pack("who-5", by=therapist)

    with pytest.raises(DatabaseError), transaction.atomic():
        ImportedWording.objects.update(licence_basis="Something else")


def test_new_words_are_a_new_version_and_the_same_words_are_not(therapist):
    a_completed_pack("who-5", by=therapist)
    with pytest.raises(NotPublished):
        a_completed_pack("who-5", by=therapist)
    newer = a_completed_pack("who-5", by=therapist, title="Other words")

    assert (newer.version, newer.resource["version"]) == (2, "1.0.0+2")
    assert ImportedWording.objects.count() == 2


@pytest.mark.parametrize(
    ("declaration", "fields"),
    [
        (Declaration(agrees=False, basis="x"), ["agrees"]),
        (Declaration(agrees=True, basis=" "), ["basis"]),
        (Declaration(agrees=True, basis="x" * 501), ["basis"]),
        (Declaration(agrees=False, basis=""), ["basis", "agrees"]),
    ],
)
def test_without_a_declaration_nothing_is_published(therapist, monkeypatch, declaration, fields):
    monkeypatch.setattr("tests.factories.instruments.AGREED", declaration)

    with pytest.raises(WordingRefused) as refused:
        a_completed_pack("who-5", by=therapist)

    assert [problem.field for problem in refused.value.problems] == fields
    assert not Questionnaire.objects.filter(slug="who-5").exists()


def test_a_completed_pack_is_asked_filled_in_and_scored(therapist):
    a_completed_pack("who-5", by=therapist)
    intake = an_intake("who-5")
    response = response_to(intake, "who-5")
    for item in scored_items(response.questionnaire.parsed):
        answer(response, item.link_id, "2")

    submit(intake=intake, by=intake.client.user, now=FILLED_AT)

    score = response_to(intake, "who-5").score
    assert (score.instrument, score.result["percent"], score.result["raw"]) == ("WHO-5", 40, 10)
    assert score.result["low_le50"] is True


def test_lec_5_and_pc_ptsd_5_are_kept_as_scores_too(db):
    intake = an_intake("lec-5", "pc-ptsd-5")
    lec, screen = response_to(intake, "lec-5"), response_to(intake, "pc-ptsd-5")
    answer(lec, "lec-5-03", "happened")
    answer(screen, "pc-ptsd-5-gate", True)
    for number in range(1, 6):
        answer(screen, f"pc-ptsd-5-0{number}", "yes" if number < 4 else "no")

    submit(intake=intake, by=intake.client.user, now=FILLED_AT)

    events = response_to(intake, "lec-5").score.result
    assert (events["exposure"], events["missing"], events["events"]) == (
        True,
        16,
        {"3": ["happened"]},
    )
    told = response_to(intake, "pc-ptsd-5").score.result
    assert (told["total"], told["ge3"], told["ge4"]) == (3, True, False)


def test_answers_behind_a_gate_that_closed_again_do_not_count(db):
    intake = an_intake("pc-ptsd-5")
    screen = response_to(intake, "pc-ptsd-5")
    answer(screen, "pc-ptsd-5-gate", True)
    answer(screen, "pc-ptsd-5-01", "yes")
    answer(screen, "pc-ptsd-5-gate", False)

    submit(intake=intake, by=intake.client.user, now=FILLED_AT)

    told = response_to(intake, "pc-ptsd-5").score.result
    assert (told["total"], told["complete"], told["gate"]) == (0, True, False)


def test_a_pack_can_mark_answers_as_dangerous_for_any_instrument(therapist):
    pack = replace(WHO5, safety=(SafetyRule((3,), at_least=1, kind="self-harm"),))
    resource = from_lines(pack, Wording("Invented", items=lines_of(pack)))
    publish_questionnaire(resource={**resource, "version": "1"}, now=FILLED_AT)
    response = response_to(an_intake("who-5"), "who-5")

    answer(response, "who-5-02", "5")
    answer(response, "who-5-03", "0")
    assert not SafetyAlert.objects.exists()
    answer(response, "who-5-03", "1")

    alert = SafetyAlert.objects.get()
    assert (alert.link_id, alert.kind) == ("who-5-03", AlertKind.SELF_HARM)


def test_a_clinician_only_pack_reaches_no_client(therapist):
    screener = a_completed_pack("c-ssrs", by=therapist)
    intake = an_intake("phq-9")
    plan = intake.appointment.session_type.intake_plan

    with pytest.raises(ClinicianOnly):
        ask_in_plans(
            questionnaire=screener, plans=[plan], among=[plan], by=therapist, now=FILLED_AT
        )
    with pytest.raises(ClinicianOnly):
        QuestionnaireResponse.objects.create(
            client=intake.client, intake=intake, questionnaire=screener
        )
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9"]


def test_a_plan_that_names_a_clinician_only_pack_all_the_same_leaves_it_out(therapist):
    a_completed_pack("c-ssrs", by=therapist)

    intake = an_intake("phq-9", "c-ssrs")

    assert [r.questionnaire.slug for r in intake.responses.all()] == ["phq-9"]


def test_an_instrument_is_added_to_a_plan_and_taken_out(therapist):
    intake = an_intake("phq-9")
    plan = intake.appointment.session_type.intake_plan
    lec5 = Questionnaire.objects.get(slug="lec-5")
    act = {"questionnaire": lec5, "among": [plan], "by": therapist, "now": FILLED_AT}

    assert ask_in_plans(plans=[plan], **act) == 1
    assert ask_in_plans(plans=[plan], **act) == 0
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9", "lec-5"]
    assert ask_in_plans(plans=[], **act) == 1
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9"]
    details = [e.detail for e in AuditEvent.objects.filter(action="intake_plan.change")]
    assert details == [
        {"questionnaire": "lec-5", "asked": True},
        {"questionnaire": "lec-5", "asked": False},
    ]


def test_the_practices_cut_off_is_kept_with_each_score(therapist):
    assert cut_off_of("PCL-5") is None
    choose_cut_off(instrument="PCL-5", value=31, by=therapist, now=FILLED_AT)
    intake = an_intake("pcl-5")
    response = response_to(intake, "pcl-5")
    for number, item in enumerate(scored_items(response.questionnaire.parsed)):
        answer(response, item.link_id, "2" if number < 11 else "1")

    submit(intake=intake, by=intake.client.user, now=FILLED_AT)

    told = response_to(intake, "pcl-5").score.result
    assert (told["total"], told["cut_off"], told["at_or_above_cut_off"]) == (31, 31, True)


@pytest.mark.parametrize(("instrument", "value"), [("PCL-5", 30), ("PCL-5", 34), ("PHQ-9", 10)])
def test_only_a_published_cut_off_can_be_chosen(therapist, instrument, value):
    with pytest.raises(NoSuchCutOff):
        choose_cut_off(instrument=instrument, value=value, by=therapist, now=FILLED_AT)


def run(therapist, file, *more):
    call_command("import_wording", "who-5", f"--file={file}", f"--by={therapist.email}", *more)


def test_the_command_brings_a_wording(therapist, tmp_path, capsys):
    items = tmp_path / "items.txt"
    items.write_text(lines_of(WHO5), encoding="utf-8")

    run(therapist, items, "--basis=Permission", "--i-declare")
    run(therapist, items, "--basis=Permission", "--i-declare")

    assert capsys.readouterr().out.splitlines() == [
        "WHO-5 has its wording: version 1.",
        "These are the words that are published already.",
    ]
    fhir = tmp_path / "theirs.json"
    fhir.write_text(a_fhir_file("who-5"), encoding="utf-8")
    run(therapist, fhir, "--basis=Permission", "--i-declare")
    assert ImportedWording.objects.first().source == "fhir"


def test_the_command_says_what_is_missing(therapist, tmp_path):
    items = tmp_path / "items.txt"
    items.write_text("one\ntwo", encoding="utf-8")

    with pytest.raises(CommandError, match="items: WHO-5 has 5 items"):
        run(therapist, items)
    items.write_text(lines_of(WHO5), encoding="utf-8")
    with pytest.raises(CommandError, match="agrees: Without this"):
        run(therapist, items, "--basis=Permission")
    with pytest.raises(CommandError, match="can't be read as text"):
        run(therapist, tmp_path / "nowhere.txt")
    with pytest.raises(CommandError, match="No therapist signs in as"):
        call_command("import_wording", "who-5", f"--file={items}", "--by=nobody@example.org")

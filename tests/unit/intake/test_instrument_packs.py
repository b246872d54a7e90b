"""Packs: what they hold, and how a therapist completes one with its wording."""

import json
import re

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire as FhirQuestionnaire

from intake.fhir.answers import Answer
from intake.fhir.extensions import INSTRUMENT
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Coded
from intake.instruments.catalogue import CODE, INSTRUMENTS
from intake.instruments.fitting import misfit
from intake.instruments.pack import packs
from intake.instruments.scoring import score_questionnaire, scored_items
from intake.instruments.wording import WordingRefused, from_fhir
from intake.models import (
    AlertKind,
)
from intake.questionnaire_files import OFFERED, PACKS, RESERVED, read_resource
from intake.services.importing import check_resource
from tests.factories.instruments import (
    a_fhir_file,
    a_resource,
)

SLUGS = ("ace", "c-nip", "c-ssrs", "des-ii", "itq", "who-5")
WHO5 = packs()["who-5"]


def test_the_packs_are_those_whose_wording_belongs_to_others():
    assert tuple(packs()) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_a_pack_names_its_licence_and_can_be_scored(slug):
    pack = packs()[slug]

    assert all((pack.licence, pack.notice, pack.source, pack.about))
    assert pack.rule is not None or pack.name in CODE
    assert len(pack.scale.labels) in (0, len(pack.scale.points))
    assert all(kind.kind in AlertKind.values for kind in pack.safety)
    assert INSTRUMENTS[pack.name].slug == slug


@pytest.mark.parametrize("slug", SLUGS)
def test_a_pack_holds_numbers_and_no_wording(slug):
    raw = json.loads((PACKS / f"{slug}.json").read_text(encoding="utf-8"))

    assert type(raw["items"]) is int
    assert not re.search(r"\?", json.dumps(raw))


@pytest.mark.parametrize("slug", SLUGS)
def test_pasted_lines_become_a_valid_questionnaire_that_its_rule_scores(slug):
    pack, resource = packs()[slug], {**a_resource(slug), "version": "1"}

    FhirQuestionnaire.model_validate(resource)
    questionnaire = parse_questionnaire(resource)
    items = scored_items(questionnaire)
    answers = {item.link_id: Answer((Coded(item.options[-1].code),)) for item in items}
    result = score_questionnaire(questionnaire, answers)

    assert len(items) == pack.items
    assert [int(option.ordinal) for option in items[0].options] == list(pack.scale.points)
    assert result.is_complete
    assert result == INSTRUMENTS[pack.name].score([pack.scale.highest] * pack.items)
    assert questionnaire.copyright == pack.notice
    assert score_questionnaire(questionnaire, {}).missing_items != ()


def test_numbers_before_every_line_are_taken_off():
    numbered = "\n\n".join(f" {number}.  Question  {number}" for number in range(1, 6))

    items = a_resource("who-5", items=numbered)["item"]

    assert [item["text"] for item in items[1:]] == [f"Question {n}" for n in range(1, 6)]
    assert [item["prefix"] for item in items[1:]] == ["1.", "2.", "3.", "4.", "5."]


def test_the_answers_may_be_words():
    resource = a_resource("who-5", answers="a\nb\nc\nd\ne\nf")

    options = resource["item"][1]["answerOption"]
    assert [option["valueCoding"]["display"] for option in options] == list("abcdef")


@pytest.mark.parametrize(
    ("slug", "changes", "field", "message"),
    [
        ("who-5", {"title": " "}, "title", "Please say what your client reads"),
        ("who-5", {"items": "a\nb"}, "items", "has 5 items, one a line. You gave 2."),
        ("who-5", {"items": "a\nb\nc\nd\na"}, "items", "Lines 1 and 5 are the same."),
        ("who-5", {"items": "a\nb\nc\nd\n" + "e" * 1001}, "items", "Line 5 is longer than 1000"),
        ("who-5", {"answers": "a\nb"}, "answers", "There are 6 answers, for 0 to 5 points."),
        ("c-nip", {"items": "a|b\n" * 18 + "c"}, "items", "has 18 items"),
        (
            "c-nip",
            {"items": "\n".join(f"one {n} | two {n}" for n in range(17)) + "\nonly one"},
            "items",
            "Line 18 needs its two sides with | between them.",
        ),
    ],
)
def test_what_is_wrong_with_the_lines_is_said_at_its_field(slug, changes, field, message):
    with pytest.raises(WordingRefused) as refused:
        a_resource(slug, **changes)

    said = [problem.message for problem in refused.value.problems if problem.field == field]
    assert any(message in one for one in said)


def test_a_fhir_file_becomes_the_packs_own():
    resource = from_fhir(WHO5, a_fhir_file("who-5"))

    questionnaire = parse_questionnaire(resource)
    assert (questionnaire.slug, questionnaire.instrument) == ("who-5", "WHO-5")
    assert questionnaire.title == "Theirs"
    assert questionnaire.copyright == f"Theirs. {WHO5.notice}"
    assert [item.prefix for item in scored_items(questionnaire)] == ["1.", "2.", "3.", "4.", "5."]
    assert resource["status"] == "active"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "This is not JSON."),
        ("[" * 100_000, "This is not JSON."),
        ("[]", "This is not a FHIR Questionnaire."),
        ('{"resourceType": "Patient"}', "This is not a FHIR Questionnaire."),
        (a_fhir_file("who-5", item=[{"type": "choice"}]), "It has no link id."),
        (a_fhir_file("ace"), "WHO-5 has 5 items whose every answer has points"),
        (a_fhir_file("who-5", item=[]), "It asks nothing that a person could answer."),
    ],
)
def test_what_is_wrong_with_the_file_is_said(text, message):
    with pytest.raises(WordingRefused, match=message):
        from_fhir(WHO5, text)


def test_a_file_with_other_points_is_refused():
    file = json.loads(a_fhir_file("who-5"))
    coding = file["item"][1]["item"][2]["answerOption"][0]["valueCoding"]
    coding["extension"][0]["valueDecimal"] = 9

    with pytest.raises(WordingRefused, match="“Their question 3” must have the points"):
        from_fhir(WHO5, json.dumps(file))


def test_nothing_that_counts_is_answered_beforehand_or_marked_by_the_file():
    file = json.loads(a_fhir_file("c-ssrs"))
    for item in file["item"][1]["item"]:
        item["prefix"] = "A)"
        item["answerOption"][0]["initialSelected"] = True

    resource = from_fhir(packs()["c-ssrs"], json.dumps(file))

    items = scored_items(parse_questionnaire(resource))
    assert "initialSelected" not in json.dumps(resource)
    assert [[option.safety for option in item.options] for item in items] == [["", "self-harm"]] * 7


@pytest.mark.parametrize("slug", RESERVED)
def test_the_slug_of_an_instrument_is_for_its_own_wording(slug):
    theirs = check_resource({**json.loads(a_fhir_file("who-5")), "id": slug})

    assert theirs.is_accepted
    assert theirs.resource["id"] == f"{slug}-questionnaire"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("WAI-SR", "WAI-SR is not scored here."),
        ("who5", "This instrument is called WHO-5 here."),
        ("WHO-5", "WHO-5 has 5 numbered items, not 0."),
        ("PC-PTSD-5", "PC-PTSD-5 has 5 numbered items, not 0."),
    ],
)
def test_a_file_can_not_call_itself_an_instrument_that_it_is_not(name, reason):
    extension = {"url": INSTRUMENT, "valueCode": name}

    checked = check_resource({**json.loads(a_fhir_file("who-5")), "extension": [extension]})

    assert reason in " ".join(finding.reason for finding in checked.refused)


def test_answers_with_other_points_are_no_instrument():
    resource = {**a_resource("who-5"), "version": "1"}
    resource["item"][2]["answerOption"].pop()
    assert misfit(parse_questionnaire(resource)) == "The answers to item 2. are not those of WHO-5."


@pytest.mark.parametrize("slug", [*OFFERED, "phq-9", "gad-7", "pcl-5"])
def test_our_own_files_fit_their_instruments(slug):
    assert misfit(parse_questionnaire(read_resource(slug))) == ""

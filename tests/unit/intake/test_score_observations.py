"""Scores as FHIR Observations: codes, components, what is absent, and who reads a meaning."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from fhir.resources.R4B.observation import Observation

from intake.export.scores import Scored, observation, observation_id
from intake.export.shapes import ABSENT
from intake.fhir.answers import Answer
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Coded
from intake.instruments.scoring import score_questionnaire, scored_items
from intake.questionnaire_files import read_resource
from tests.factories.packets import PHQ_ITEMS

RESPONSE = UUID(int=7)
PATIENT = {"resourceType": "Patient", "id": str(UUID(int=1))}
SOURCE = {"resourceType": "QuestionnaireResponse", "id": str(RESPONSE)}
ANSWERED_AT = datetime(2027, 1, 2, 1, 20, tzinfo=UTC)


def told(slug, *points, with_reading=True, in_person=()):
    """The Observation of these points, in order; None for a blank."""
    parsed = parse_questionnaire(read_resource(slug))
    answers = {
        item.link_id: Answer((Coded(_code(item, point)),))
        for item, point in zip(scored_items(parsed), points, strict=False)
        if point is not None
    }
    answers |= {link_id: Answer((), in_person=True) for link_id in in_person}
    resource = observation(
        Scored(parsed, answers, score_questionnaire(parsed, answers)),
        identifier=observation_id(RESPONSE),
        status="final",
        answered_at=ANSWERED_AT,
        patient=PATIENT,
        derived_from=SOURCE,
        with_reading=with_reading,
    )
    Observation.model_validate(resource)
    return resource


def _code(item, point):
    return next(option.code for option in item.options if option.ordinal == point)


def test_a_total_has_its_code_and_says_where_it_comes_from():
    resource = told("phq-9", 1, 2, 3, 1, 0, 2, 1, 0, 0)

    assert resource["code"] == {
        "coding": [{"system": "http://loinc.org", "code": "44261-6"}],
        "text": "PHQ-9: Patient Health Questionnaire, 9 items",
    }
    assert resource["valueQuantity"] == {
        "value": 10,
        "unit": "score",
        "system": "http://unitsofmeasure.org",
        "code": "{score}",
    }
    assert resource["derivedFrom"] == [
        {"reference": f"urn:uuid:{RESPONSE}", "type": "QuestionnaireResponse"}
    ]
    assert resource["effectiveDateTime"] == "2027-01-02T01:20:00+00:00"
    assert resource["category"][0]["coding"][0]["code"] == "survey"
    assert "dataAbsentReason" not in resource


def test_each_item_with_a_code_is_a_component_with_the_answer():
    components = told("phq-9", 1, 2, 3, 1, 0, 2, 1, 0, 0)["component"]

    assert [each["code"]["coding"][0]["code"] for each in components] == list(PHQ_ITEMS)
    assert components[1]["valueCodeableConcept"]["text"] == "More than half the days"
    coding = components[1]["valueCodeableConcept"]["coding"][0]
    assert (coding["system"], coding["code"]) == ("http://loinc.org", "LA6570-1")


def test_only_a_reading_says_what_it_may_mean():
    points = (1, 2, 3, 1, 0, 2, 1, 0, 1)
    texts = [each["text"] for each in told("phq-9", *points)["interpretation"]]

    assert "Severity band: moderate (10-14)" in texts
    assert "At or above the screening cut-off of 10: Yes" in texts
    assert "Thoughts of death or self-harm: Yes: see the alert" in texts
    assert "interpretation" not in told("phq-9", *points, with_reading=False)


def test_without_every_answer_there_is_no_total_and_the_reason():
    resource = told("phq-9", 3, 3, None, 3, 3, 3, 3, 3, 3, in_person=("44259-0",))

    assert "valueQuantity" not in resource
    reason = resource["dataAbsentReason"]
    assert reason["coding"] == [{"system": ABSENT, "code": "unknown"}]
    assert reason["text"] == "1 item not answered, so there is no score"
    texts = [each["text"] for each in resource["interpretation"]]
    assert not any("band" in text for text in texts)
    third = resource["component"][2]["dataAbsentReason"]
    assert third["coding"][0]["code"] == "asked-declined"


def test_a_blank_item_is_unknown_and_never_a_no():
    resource = told("phq-9", *([0] * 8), None)

    assert resource["component"][8]["dataAbsentReason"]["text"] == "Left blank"
    texts = [each["text"] for each in resource["interpretation"]]
    assert "Thoughts of death or self-harm: Not answered: ask" in texts


@pytest.mark.parametrize(
    ("slug", "items", "codes", "parts"),
    [
        ("gad-7", 7, ["70274-6"], []),
        ("gad-2", 2, [], []),
        (
            "pcl-5",
            20,
            ["101698-9"],
            ["Cluster B", "Cluster C", "Cluster D", "Cluster E"],
        ),
    ],
)
def test_a_code_that_nobody_has_seen_is_not_guessed(slug, items, codes, parts):
    resource = told(slug, *([1] * items))

    assert [one["code"] for one in resource["code"].get("coding", [])] == codes
    without = [c["code"]["text"] for c in resource["component"] if "coding" not in c["code"]]
    assert without == parts
    assert resource["valueQuantity"]["value"] == items


def test_an_instrument_without_a_score_has_no_value():
    resource = told("lec-5")

    assert "valueQuantity" not in resource
    assert resource["dataAbsentReason"]["text"] == "17 items not answered, so there is no score"


def test_exported_again_it_is_the_same_resource():
    assert told("gad-7", *([0] * 7)) == told("gad-7", *([0] * 7))
    assert observation_id(RESPONSE) != observation_id(UUID(int=8))

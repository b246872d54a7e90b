"""FHIR's XML is the same questionnaire as its JSON, and a hostile file is told like any other."""

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from intake.fhir.files import read_file
from intake.fhir.findings import UnreadableQuestionnaire
from intake.fhir.from_xml import read_xml
from intake.questionnaire_files import ALL, read_resource

EVERYTHING = Path(__file__).resolve().parents[2] / "questionnaires" / "everything.json"
BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Questionnaire xmlns="http://hl7.org/fhir"><title value="&b;"/></Questionnaire>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<Questionnaire xmlns="http://hl7.org/fhir"><title value="T"/>&a;</Questionnaire>"""
NO_TYPE = "The file declares a document type, which FHIR has not. Please remove it."


def written(inside: str) -> bytes:
    return f'<Questionnaire xmlns="http://hl7.org/fhir">{inside}</Questionnaire>'.encode()


def resources() -> list[dict]:
    return [*map(read_resource, ALL), json.loads(EVERYTHING.read_text())]


@pytest.mark.parametrize("resource", resources(), ids=lambda each: each["title"])
def test_written_as_xml_it_is_the_same_questionnaire(resource):
    xml = Questionnaire.model_validate(resource).model_dump_xml()

    assert read_file(xml.encode() if isinstance(xml, str) else xml) == resource


def test_numbers_truth_values_and_lists_are_those_of_the_definitions():
    item = (
        '<item><linkId value="a"/><required value="true"/><maxLength value="12"/>'
        '<answerOption><valueInteger value="3"/></answerOption></item>'
    )

    assert read_xml(written(f'{item}<subjectType value="Patient"/>')) == {
        "resourceType": "Questionnaire",
        "item": [
            {
                "linkId": "a",
                "required": True,
                "maxLength": 12,
                "answerOption": [{"valueInteger": 3}],
            }
        ],
        "subjectType": ["Patient"],
    }


def test_what_is_said_about_a_value_stands_beside_it():
    about = '<extension url="http://example.org/x"><valueString value="y"/></extension>'
    said = {"extension": [{"url": "http://example.org/x", "valueString": "y"}]}

    found = read_xml(
        written(
            f'<title value="T">{about}</title><name>{about}</name>'
            f'<subjectType value="Patient"/><subjectType value="Group">{about}</subjectType>'
        )
    )

    assert found["title"], found["_title"] == ("T", said)
    assert "name" not in found
    assert found["_name"] == said
    assert found["subjectType"] == ["Patient", "Group"]
    assert found["_subjectType"] == [None, said]


def test_contained_resources_and_formatted_text_come_along():
    found = read_xml(
        written(
            '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">'
            "<p>Two <b>words</b></p></div></text>"
            '<contained><ValueSet><id value="v"/><status value="active"/></ValueSet></contained>'
        )
    )

    assert found["contained"] == [{"resourceType": "ValueSet", "id": "v", "status": "active"}]
    assert found["text"] == {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Two <b>words</b></p></div>',
    }


def test_what_the_definitions_do_not_have_comes_along_as_text():
    found = read_xml(
        written('<odd value="1"/><odd value="2"/><other><a value="true"/></other><item/>')
    )

    assert found["odd"] == ["1", "2"]
    assert found["other"] == {"a": "true"}
    assert found["item"] == [{}]


def test_what_is_no_value_of_its_kind_stays_as_it_is():
    inside = '<item><required value="yes"/><maxLength value="many"/></item>'

    assert read_xml(written(inside))["item"] == [{"required": "yes", "maxLength": "many"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, NO_TYPE),
        (OUTSIDE, NO_TYPE),
        (b"<a/>", "This is a FHIR a, not a FHIR Questionnaire."),
        (b"<a", "The file is not valid XML: "),
        (b"<a>" * 5_000, "The file is not valid XML: "),
        ("<a/>".encode("utf-16"), "This is a FHIR a, not a FHIR Questionnaire."),
    ],
)
def test_anything_else_is_told(content, reason):
    with pytest.raises(UnreadableQuestionnaire) as told:
        read_file(content)

    assert told.value.refused[0].reason.startswith(reason)

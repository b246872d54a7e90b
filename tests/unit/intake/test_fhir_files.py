"""Files as people hand them in: encodings, Bundles, and all that is no questionnaire."""

import json

import pytest

from intake.fhir.files import MOST_BYTES, read_file
from intake.fhir.findings import UnreadableQuestionnaire
from tests.factories.fhir_files import item, resource, value_set

SMALL = resource(item("a", "string", "Größe?"))


def reason(content):
    with pytest.raises(UnreadableQuestionnaire) as refused:
        read_file(content)
    return str(refused.value)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings(encoding):
    written = json.dumps(SMALL, ensure_ascii=False).encode(encoding)

    assert read_file(written) == SMALL


def test_the_only_questionnaire_of_a_bundle_with_its_value_sets():
    colors = value_set("colors", "red")
    entries = [{"resource": one} for one in (SMALL, colors, {"resourceType": "Patient"})]

    found = read_file(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())

    assert found["contained"] == [{**colors}]
    assert found["item"] == SMALL["item"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"  \n", "The file is empty."),
        (b"PK\x03\x04\xff", "The file is no text in UTF-8. Please save it as UTF-8."),
        (
            b"{",
            "The file is not valid JSON: Expecting property name enclosed in double quotes"
            " (line 1, column 2).",
        ),
        (b'{"a": NaN}', "The file is not valid JSON: NaN is no number of JSON."),
        (b'{"a": 1e999}', "The file is not valid JSON: the number 1e999 is too large."),
        (b"[]", "The file holds no FHIR resource: it should be one object or element."),
        (b"{}", "This is no FHIR resource, not a FHIR Questionnaire."),
        (
            b'{"resourceType": "Patient"}',
            "This is a FHIR Patient, not a FHIR Questionnaire.",
        ),
        (
            b'{"resourceType": "Bundle", "entry": []}',
            "This Bundle holds 0 questionnaires. It should hold one.",
        ),
        (b"[" * 100_000, "The file nests its contents too deeply."),
        (
            b'{"resourceType": "Questionnaire", "x": ' + b"[" * 300 + b"]" * 300 + b"}",
            "The file nests its contents too deeply.",
        ),
        (
            b'{"resourceType": "Questionnaire", "title": "\\ud800"}',
            "The file holds halves of characters, which can't be kept.",
        ),
        (
            b'{"resourceType": "Questionnaire", "title": "a\\u0000b"}',
            "The file holds zero characters, which can't be kept.",
        ),
        (b"x" * (MOST_BYTES + 1), "The file is larger than 10 MB."),
    ],
    ids=range(15),
)
def test_plain_reasons(content, told):
    assert reason(content) == told


def test_a_number_with_thousands_of_digits():
    assert reason(b'{"a": ' + b"1" * 5000 + b"}").startswith("The file is not valid JSON: ")

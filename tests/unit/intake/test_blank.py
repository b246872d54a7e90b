"""Blank forms: room for every question that is asked, in its order, and no word of any client."""

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from intake.blank import Asked, Headed, Said, sheets
from intake.fhir.parsing import parse_questionnaire
from intake.models import Questionnaire
from intake.questionnaire_files import ALL, read_resource
from intake.services import blank_forms
from intake.services.questionnaires import publish_questionnaires
from tests.factories.booking import NOW, a_practice

EVERYTHING = json.loads(Path("tests/questionnaires/everything.json").read_text())


def pieces(resource: dict[str, Any]) -> list[Any]:
    return [piece for sheet in sheets(parse_questionnaire(resource)) for piece in sheet.pieces]


def asked(resource: dict[str, Any]) -> list[Asked]:
    return [piece for piece in pieces(resource) if isinstance(piece, Asked)]


def small(*items: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "status": "active",
        "url": "https://example.org/fhir/Questionnaire/small",
        "name": "Small",
        "title": "Small",
        "version": "1",
        "item": list(items),
    }


@pytest.mark.parametrize("slug", ALL)
def test_every_question_has_room(slug: str) -> None:
    questionnaire = parse_questionnaire(read_resource(slug))
    wanted = [
        item.text for section in questionnaire.sections for item in section.walk() if item.is_asked
    ]

    on_paper = asked(read_resource(slug))

    assert set(wanted) <= {one.text for one in on_paper}
    assert all(one.marks or one.rooms for one in on_paper)


def test_names_of_fields_are_unique_and_bear_no_dot() -> None:
    for resource in (EVERYTHING, *(read_resource(slug) for slug in ALL)):
        names: list[str] = []
        for one in asked(resource):
            circles = {mark.name for mark in one.marks if mark.is_circle}
            boxes = [mark.name for mark in one.marks if not mark.is_circle]
            rooms = [room.name for room in (*one.rooms, *([one.other] if one.other else []))]
            names += [*circles, *boxes, *rooms]
        assert len(names) == len(set(names))
        assert not any("." in name for name in names)


def test_yes_or_no_is_two_circles_of_one_name() -> None:
    [one] = asked(small({"linkId": "a", "type": "boolean", "text": "Do you smoke?"}))

    assert [(mark.value, mark.label, mark.is_circle) for mark in one.marks] == [
        ("true", "Yes", True),
        ("false", "No", True),
    ]
    assert {mark.name for mark in one.marks} == {one.marks[0].name}
    assert one.marks[0].tip == "Do you smoke?\nYes"


def test_conditions_are_said_in_words() -> None:
    first = {"linkId": "a", "type": "boolean", "text": "Do you smoke?"}
    second = {
        "linkId": "b",
        "type": "integer",
        "text": "How many a day?",
        "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": True}],
    }

    [_, then] = asked(small(first, second))

    assert then.only_if == "Only if “Do you smoke?” is Yes."


def test_what_may_repeat_has_room_for_three() -> None:
    group = {
        "linkId": "g",
        "type": "group",
        "text": "Medication",
        "repeats": True,
        "item": [{"linkId": "n", "type": "string", "text": "Name"}],
    }

    found = pieces(small(group))

    heads = [piece.text for piece in found if isinstance(piece, Headed)]
    rooms = [piece.rooms[0].name for piece in found if isinstance(piece, Asked)]
    assert heads == ["Medication 1", "Medication 2", "Medication 3"]
    assert len(set(rooms)) == 3


def test_words_stay_and_what_a_program_works_out_goes() -> None:
    shown = {"linkId": "t", "type": "display", "text": "Take your time."}
    hidden = {
        "linkId": "h",
        "type": "string",
        "text": "Never seen",
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden",
                "valueBoolean": True,
            }
        ],
    }
    last = {"linkId": "s", "type": "string", "text": "Seen"}

    found = pieces(small(shown, hidden, last))

    assert [(type(one), one.text) for one in found] == [(Said, "Take your time."), (Asked, "Seen")]


@pytest.mark.django_db
def test_the_form_has_a_field_for_each_room_and_says_what_matters() -> None:
    a_practice()
    publish_questionnaires(now=NOW)
    phq9 = Questionnaire.objects.get(slug="phq-9")

    document = blank_forms.draw_questionnaire(phq9)

    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        groups = [field for field in fields if "/Kids" in field]
        assert len(groups) == 10
        first = groups[0]
        assert str(first.TU) == "Little interest or pleasure in doing things"
        assert [str(kid.Contents) for kid in first.Kids][:2] == [
            "Little interest or pleasure in doing things: Not at all",
            "Little interest or pleasure in doing things: Several days",
        ]
        assert not any("/T" in kid for kid in first.Kids)
        assert not any("/Parent" in field for field in fields)
        assert [str(field.TU) for field in fields if "/Kids" not in field][:2] == [
            "Your name",
            "Today’s date",
        ]


@pytest.mark.django_db
def test_a_code_is_the_same_each_time_and_tells_forms_apart() -> None:
    publish_questionnaires(now=NOW)
    phq9, gad7 = (Questionnaire.objects.get(slug=slug) for slug in ("phq-9", "gad-7"))

    assert blank_forms.code_of(phq9) == blank_forms.code_of(phq9)
    assert blank_forms.code_of(phq9) != blank_forms.code_of(gad7)
    assert len(blank_forms.code_of(phq9)) == len("ABCD-EFGH")

"""Questions that are answered with a file: read, worded, checked, exported."""

from datetime import date

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse

from intake.fhir.answers import Answer, answer_from_json, answer_to_json
from intake.fhir.attachments import GONE, file_problems, kind_words, kinds_of
from intake.fhir.checking import check_answer
from intake.fhir.export import to_questionnaire_response
from intake.fhir.findings import UnreadableQuestionnaire
from intake.fhir.questionnaire import Attached
from intake.fhir.transcript import transcript
from intake.packet_parts import answers_part
from portal.shared.sizes import size_words
from tests.factories.fhir_files import extension, item
from tests.factories.intake import FILLED_AT
from tests.factories.questionnaires import questionnaire

TODAY = date(2027, 1, 2)
LETTER = Attached(
    public_id="00000000-0000-4000-8000-000000000007",
    name="letter.pdf",
    media_type="application/pdf",
    size=240_000,
    sha256="ab" * 32,
    sha1="0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33",
    given_at="2027-01-02T01:00:00+00:00",
)


def asks(*media_types, **more):
    kinds = [extension("mimeType", valueCode=each) for each in media_types]
    return questionnaire(item("plan", "attachment", "A plan?", extension=kinds, **more))


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ((), "PDF, JPEG or PNG"),
        (("*/*",), "PDF, JPEG or PNG"),
        (("image/*",), "JPEG or PNG"),
        (("image/jpg", "text/plain"), "JPEG"),
        (("Application/PDF; version=1.7",), "PDF"),
    ],
)
def test_a_question_takes_what_it_asks_for_and_we_can_take(asked, taken):
    assert kind_words(kinds_of(asked)) == taken


def test_a_question_for_other_kinds_of_files_is_refused_when_it_is_brought_in():
    with pytest.raises(UnreadableQuestionnaire) as unreadable:
        asks("audio/mpeg", "text/plain")

    (finding,) = unreadable.value.refused
    assert finding.reason == (
        "It asks for files of a kind that is not taken here: audio/mpeg, text/plain."
    )


def test_a_file_says_its_name_kind_and_size():
    plan = asks().by_link_id["plan"]
    (section,) = transcript(asks(), {"plan": Answer((LETTER,))})

    assert section.told[0].words == ("letter.pdf (PDF, 240 KB)",)
    assert section.told[0].files == (LETTER,)
    assert check_answer(plan, Answer((LETTER,)), today=TODAY) == []


def test_an_answer_keeps_what_was_handed_in():
    plan, answer = asks().by_link_id["plan"], Answer((LETTER,), in_person=True)

    assert answer_from_json(plan, answer_to_json(answer)) == answer
    bare = {"values": [{"attached": "x"}], "in_person": False}
    assert answer_from_json(plan, bare) == Answer((Attached("x"),))


def test_a_file_that_nobody_knows_is_no_answer():
    plan = asks().by_link_id["plan"]
    for unknown in (Attached("00000000-0000-4000-8000-000000000008"), Attached("../../x")):
        assert [p.message for p in check_answer(plan, Answer((unknown,)), today=TODAY)] == [GONE]


def test_another_kind_and_more_than_the_question_allows_are_refused():
    limited = item(
        "plan",
        "attachment",
        extension=[
            extension("mimeType", valueCode="application/pdf"),
            extension("maxSize", valueDecimal=2),
        ],
    )
    plan = questionnaire(limited).by_link_id["plan"]

    assert file_problems(plan, "application/pdf", 2_000_000) == []
    assert file_problems(plan, "image/png", 10) == ["Please choose a PDF here. This is a PNG."]
    assert file_problems(plan, "application/pdf", 2_400_000) == [
        "This file has 2.4 MB. The limit here is 2 MB."
    ]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 KB"),
        (240_499, "240 KB"),
        (999_499, "999 KB"),
        (999_500, "1 MB"),
        (2_440_000, "2.4 MB"),
        (10_000_000, "10 MB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_words(size) == words


def test_the_export_tells_the_file_and_does_not_hold_it():
    exported = to_questionnaire_response(
        asks(),
        {"plan": Answer((LETTER,))},
        identifier="x",
        is_complete=True,
        authored_at=FILLED_AT,
    )

    FhirResponse.model_validate(exported)
    assert exported["item"][0]["answer"] == [
        {
            "valueAttachment": {
                "contentType": "application/pdf",
                "url": "urn:uuid:00000000-0000-4000-8000-000000000007",
                "size": 240_000,
                "hash": "C+7Hteo/D9vJXQ3UfzxbwnXaijM=",
                "title": "letter.pdf",
                "creation": "2027-01-02T01:00:00+00:00",
            }
        }
    ]


def test_the_packet_names_the_file_with_its_fingerprint():
    part = answers_part(asks(), {"plan": Answer((LETTER,))}, anchor="a", subtitle="s")

    (block,) = part.groups[0].blocks
    assert block.answers == (
        "letter.pdf (PDF, 240 KB)",
        "letter.pdf, SHA-256: " + " ".join(["abababab"] * 8),
    )

"""What holds of the repository's questionnaires, whatever a person answers."""

from datetime import UTC, date, datetime

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.fhir.answers import BLANK, Answer, answer_from_json, answer_to_json
from intake.fhir.checking import check_answer, check_complete
from intake.fhir.cleaning import clean_line, clean_text
from intake.fhir.enabling import shown_keys, shown_questions
from intake.fhir.export import to_questionnaire_response
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.progress import measure
from intake.fhir.questionnaire import Coded, ItemType
from intake.questionnaire_files import ALL, read_resource

PARSED = [parse_questionnaire(read_resource(slug)) for slug in ALL]
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


def value_of(item):
    if item.type == ItemType.BOOLEAN:
        return st.booleans()
    if item.type == ItemType.DATE:
        return st.dates(date(1900, 1, 1), TODAY)
    if item.type == ItemType.CHOICE:
        return st.sampled_from(item.options).map(lambda option: Coded(option.code))
    return st.text(min_size=1, max_size=40).map(clean_line).filter(bool)


@st.composite
def answered(draw):
    questionnaire = draw(st.sampled_from(PARSED))
    answers = {}
    for item in questionnaire.questions():
        if draw(st.booleans()):
            values = (draw(value_of(item)),) if draw(st.booleans()) else ()
            in_person = item.may_say_in_person and draw(st.booleans())
            answers[item.link_id] = Answer(values, in_person)
    return questionnaire, answers


@patient
@given(answered())
def test_possible_answers_are_accepted_and_come_back_from_json(case):
    questionnaire, answers = case

    for link_id, answer in answers.items():
        item = questionnaire.by_link_id[link_id]
        assert check_answer(item, answer, today=TODAY) == []
        assert answer_from_json(item, answer_to_json(answer)) == answer


@patient
@given(answered())
def test_export_is_valid_fhir_and_never_tells_what_is_not_asked(case):
    questionnaire, answers = case

    exported = to_questionnaire_response(
        questionnaire, answers, identifier="r", is_complete=True, authored_at=NOW
    )

    FhirResponse.model_validate(exported)
    told = {
        item["linkId"]
        for item in all_items(exported.get("item", []))
        if "answer" in item or "extension" in item
    }
    shown = shown_keys(questionnaire, answers)
    assert told == {
        link_id for link_id, answer in answers.items() if link_id in shown and not answer.is_blank
    }


def all_items(items):
    for item in items:
        yield item
        yield from all_items(item.get("item", []))


@patient
@given(answered())
def test_progress_adds_up(case):
    questionnaire, answers = case

    progress = measure(questionnaire, answers)

    shown = shown_questions(questionnaire, answers)
    blank = [place for place in shown if answers.get(place.key, BLANK).is_blank]
    assert progress.shown == len(shown)
    assert progress.answered == len(shown) - len(blank)
    assert progress.required_left == len(check_complete(questionnaire, answers))
    assert (progress.minutes_left == 0) == (not blank)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert "\n" not in clean_line(text)
    assert not any(ord(char) < 32 and char != "\n" for char in clean_text(text))


@given(
    st.sampled_from(
        [
            "Łukasz Nguyễn Šimić Dvořák",
            "שלום עולם",
            "مرحبا",
            "你好",
            "👩🏽‍⚕️🌿",
            "a\u200fb",
            "naïve — “quoted”",
        ]
    )
)
def test_cleaning_keeps_every_script(words):
    assert clean_text(words) == words

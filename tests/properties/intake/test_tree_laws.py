"""What holds of any questionnaire and any answers: nothing crashes, nothing is lost or told."""

from datetime import UTC, date, datetime

from django.http import QueryDict
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.fhir.answers import BLANK, Answer, Given, answer_from_json, answer_to_json
from intake.fhir.checking import check_answer, check_complete
from intake.fhir.enabling import pruned, shown_keys, shown_places
from intake.fhir.export import to_questionnaire_response, value_to_fhir
from intake.fhir.places import all_places, find, places_of
from intake.fhir.progress import measure
from intake.fhir.reading import read_answer
from intake.fhir.transcript import transcript
from intake.forms.nodes import State, build_nodes, questions_in
from tests.properties.intake.trees import ZONE, answered, trees

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


def exported(tree, answers):
    return to_questionnaire_response(
        tree, answers, identifier="r", is_complete=True, authored_at=NOW
    )


def told_in(items):
    """Each linkId with what was answered to it, in reading order."""
    for item in items:
        given_here = [
            {key: value for key, value in answer.items() if key != "item"}
            for answer in item.get("answer", [])
        ]
        if [each for each in given_here if each]:
            yield item["linkId"], given_here
        yield from told_in(item.get("item", []))
        for answer in item.get("answer", []):
            yield from told_in(answer.get("item", []))


@patient
@given(answered())
def test_export_is_valid_and_tells_exactly_what_is_asked_and_answered(case):
    tree, answers = case

    resource = exported(tree, answers)

    FhirResponse.model_validate(resource)
    shown = shown_keys(tree, answers)
    tops = pruned(places_of(tree.items, answers), shown)
    asked = [place for top in tops for place in top.walk() if place.item.is_question]
    assert list(told_in(resource.get("item", []))) == [
        (
            place.item.link_id,
            [value_to_fhir(place.item, value) for value in answers[place.key].values],
        )
        for place in asked
        if not answers.get(place.key, BLANK).is_blank
    ]


@patient
@given(answered())
def test_what_is_turned_off_takes_along_all_that_lies_in_it(case):
    tree, answers = case

    shown = shown_keys(tree, answers)

    for place in all_places(tree, answers):
        if place.key not in shown:
            assert not [each.key for each in place.below if each.key in shown]


@patient
@given(answered())
def test_answers_come_back_from_the_page_and_from_the_database(case):
    tree, answers = case
    everything = frozenset(place.key for place in all_places(tree, answers))
    nodes = build_nodes(places_of(tree.items, answers), State(answers, {}, everything))

    for question in questions_in(nodes):
        answer = answers.get(question.key, BLANK)
        item = question.item
        posted = QueryDict(mutable=True)
        posted.setlist(question.name, [entry.text for entry in question.entries])
        if question.control in ("choices", "select"):
            chosen = [each.value for each in question.choices if each.is_chosen]
            own = [question.other.value] if question.other.is_chosen else []
            posted.setlist(question.name, [*chosen, *own])
            posted.setlist(question.other_name, [question.other_text])
        if question.second_name:
            posted.setlist(question.second_name, [entry.second for entry in question.entries])
        assert check_answer(item, answer, today=TODAY, path=question.place.path) == []
        assert read_answer(item, posted, name=question.name, zone=ZONE) == answer
        assert answer_from_json(item, answer_to_json(answer)) == answer
        assert find(tree, question.name) == (item, question.place.path)


@patient
@given(answered(), st.data())
def test_pages_progress_and_transcript_agree(case, data):
    tree, answers = case
    keys = [place.key for place in all_places(tree, answers)]
    off = data.draw(st.sets(st.sampled_from(keys), max_size=3))
    answers = Given(answers, off)

    progress = measure(tree, answers)
    told = [entry for section in transcript(tree, answers) for entry in section.told]
    asked = [
        place
        for top in shown_places(tree, answers)
        for place in top.walk()
        if place.item.is_question
    ]

    assert [entry.key for entry in told] == [place.key for place in asked]
    assert not set(off) & {place.key for place in asked}
    assert progress.shown == len(asked)
    assert progress.answered == sum(not entry.is_blank for entry in told)
    assert check_complete(tree, answers) == []


@patient
@given(trees())
def test_every_item_lies_on_one_page(tree):
    on_pages = [item.link_id for section in tree.sections for item in section.walk()]

    assert len(on_pages) == len(set(on_pages))
    assert {item.link_id for item in tree.questions()} <= set(on_pages)


@given(st.text(max_size=40))
def test_any_text_in_any_field_is_read(text):
    """What can't be read stays as it was typed, but for control characters and white space."""
    from tests.factories.everything import EVERYTHING

    for item in EVERYTHING.questions():
        posted = QueryDict(mutable=True)
        for suffix in ("", ":time", ":unit", ":other"):
            posted.setlist(f"{item.name}{suffix}", [text])
        answer = read_answer(item, posted, zone=ZONE)
        assert isinstance(answer, Answer)
        check_answer(item, answer, today=TODAY)

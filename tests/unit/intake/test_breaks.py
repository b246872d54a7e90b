"""Which pages are heavy, so that a pause is suggested behind them."""

import pytest

from intake.fhir.extensions import HEAVY
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.sections import PAGE_QUESTIONS
from intake.questionnaire_files import ALL, read_resource
from intake.services.importing import check_resource
from tests.factories.fhir_files import item, resource
from tests.factories.questionnaires import questionnaire

IS_HEAVY = {"extension": [{"url": HEAVY, "valueBoolean": True}]}


def group(link_id, *items, **more):
    return item(link_id, "group", link_id.title(), item=list(items), **more)


def heavy_pages(parsed):
    return [section.slug for section in parsed.sections if section.is_heavy]


def test_a_group_that_is_marked_makes_its_page_heavy():
    parsed = questionnaire(group("one", item("a", "string")), group("two", item("b", "string")))
    marked = questionnaire(
        group("one", item("a", "string")), group("two", item("b", "string"), **IS_HEAVY)
    )

    assert heavy_pages(parsed) == []
    assert heavy_pages(marked) == ["two"]


def test_a_question_that_is_marked_makes_its_page_heavy():
    parsed = questionnaire(
        group("one", item("a", "string", **IS_HEAVY)), group("two", item("b", "string"))
    )

    assert heavy_pages(parsed) == ["one"]


def test_of_a_group_on_several_pages_the_last_one_is_heavy():
    many = [item(f"q{number}", "string") for number in range(PAGE_QUESTIONS + 1)]
    parsed = questionnaire(group("long", *many, **IS_HEAVY), group("end", item("z", "string")))

    assert len(parsed.sections) == 3
    assert heavy_pages(parsed) == [parsed.sections[1].slug]


def test_of_a_whole_questionnaire_that_is_marked_the_last_page_is_heavy():
    parsed = questionnaire(
        group("one", item("a", "string")), group("two", item("b", "string")), **IS_HEAVY
    )

    assert heavy_pages(parsed) == ["two"]


@pytest.mark.parametrize("value", [False, "yes", 1, None])
def test_anything_but_true_marks_nothing(value):
    told = {"extension": [{"url": HEAVY, "valueBoolean": value}]}

    assert heavy_pages(questionnaire(group("one", item("a", "string"), **told))) == []


def test_a_file_from_elsewhere_is_marked_by_the_extension():
    checked = check_resource(resource(item("a", "string"), id="elsewhere", **IS_HEAVY))

    assert checked.is_accepted
    assert checked.warnings == ()
    assert [section.is_heavy for section in checked.questionnaire.sections] == [True]


def test_our_own_questionnaires_suggest_a_pause_where_they_are_hard():
    found = {slug: heavy_pages(parse_questionnaire(read_resource(slug))) for slug in ALL}

    assert {slug: pages for slug, pages in found.items() if pages} == {
        "what-brings-you": ["what-happened"],
        "earlier-therapy": ["ending"],
        "pcl-5": ["questions"],
        "lec-5": ["questions"],
    }

"""The pages of a questionnaire without an intake: everything is on them, and no row is needed."""

from intake.fhir.parsing import parse_questionnaire
from intake.questionnaire_files import ORDER, read_resource
from intake.views.preview import render_pages
from tests.factories.fhir_files import item, one_of_everything, resource


def test_everything_is_on_the_page():
    questionnaire = parse_questionnaire(one_of_everything())

    (page,) = render_pages(questionnaire)

    for one in questionnaire.by_link_id.values():
        assert one.text in page
    assert 'value="7"' in page


def test_what_a_condition_turns_off_is_shown_too():
    condition = {"question": "a", "operator": "=", "answerBoolean": True}
    (page,) = render_pages(
        parse_questionnaire(
            resource(item("a", "boolean"), item("b", "string", enableWhen=[condition]))
        )
    )

    assert "About b?" in page


def test_words_of_a_file_are_escaped():
    (page,) = render_pages(
        parse_questionnaire(resource(item("a", "string", "<script>alert(1)</script> & <x>")))
    )

    assert "<script>alert" not in page
    assert "&amp; &lt;x&gt;" in page


def test_the_questionnaires_of_the_repository():
    for slug in ORDER:
        questionnaire = parse_questionnaire(read_resource(slug))
        assert len(render_pages(questionnaire)) == len(questionnaire.sections)

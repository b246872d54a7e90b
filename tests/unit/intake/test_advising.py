"""What a therapist should think about before publishing; and what no page may break on."""

import pytest

from intake.fhir.advising import AGAIN, advise
from intake.fhir.conditions import longest_wait
from intake.fhir.enabling import shown_keys
from intake.fhir.parsing import LONGEST_WAIT, read_questionnaire
from tests.factories.fhir_files import coded, item, resource
from tests.factories.questionnaires import when

WELL = item("well", "boolean", "Do you sleep well?")
MOOD = item("mood", "choice", "Your mood?", answerOption=[coded("good"), coded("bad")])
NEVER = "It is needed, and it is never shown: its conditions can’t be met."


def advice(*items):
    parsed = read_questionnaire(resource(*items, title="T")).questionnaire
    return {finding.link_id: finding.reason for finding in advise(parsed)}


def is_code(code):
    return when("mood", "=", answerCoding=coded(code)["valueCoding"])


@pytest.mark.parametrize(
    "conditions",
    [
        {"enableWhen": [is_code("gone")]},
        {"enableWhen": [is_code("good"), is_code("bad")], "enableBehavior": "all"},
        {"enableWhen": [when("dark", "=", answerBoolean=True)]},
    ],
)
def test_what_is_needed_and_never_shown_is_told(conditions):
    dark = item("dark", "boolean", "Dark?", enableWhen=[is_code("gone")])
    since = item("since", "string", "Since when?", required=True, **conditions)

    assert advice(MOOD, dark, since)["since"] == NEVER


@pytest.mark.parametrize(
    "conditions",
    [
        {"enableWhen": [is_code("good")]},
        {"enableWhen": [is_code("good"), is_code("bad")], "enableBehavior": "any"},
        {"enableWhen": [is_code("gone"), is_code("bad")], "enableBehavior": "any"},
        {"enableWhen": [when("mood", "exists", answerBoolean=False)]},
    ],
)
def test_what_can_be_shown_is_not_complained_of(conditions):
    since = item("since", "string", "Since when?", required=True, **conditions)

    assert advice(MOOD, since) == {}


def test_in_a_section_that_is_never_shown_nothing_is():
    since = item("since", "string", "Since when?", required=True)
    hidden = item("more", "group", "More", enableWhen=[is_code("gone")], item=[since])

    told = advice(item("all", "group", "All", item=[MOOD]), hidden)

    assert told["since"] == NEVER
    assert told["more"] == "It is never shown: its conditions can’t be met."


def test_a_later_question_is_told():
    since = item(
        "since", "string", "Since when?", enableWhen=[when("well", "=", answerBoolean=False)]
    )

    assert advice(since, WELL) == {
        "since": "It depends on “Do you sleep well?”, which is asked later."
    }


def test_the_same_words_in_one_section_are_told_unless_conditions_choose():
    again = item("again", "text", "do you sleep WELL?")
    other = item("other", "text", "Do you sleep well?", enableWhen=[is_code("good")])

    assert advice(WELL, MOOD, again, other) == {"again": AGAIN}
    assert advice(item("a", "group", "A", item=[WELL]), item("b", "group", "B", item=[again])) == {}


def test_answers_that_say_the_same_and_a_choice_of_one():
    twice = item("twice", "choice", "Which?", answerOption=[coded("a", "Yes"), coded("b", "yes")])
    one = item("one", "choice", "Which one?", answerOption=[coded("a")])

    assert advice(twice, one) == {
        "twice": "Two of its answers say the same: yes.",
        "one": "It offers only one answer to choose.",
    }


def test_an_empty_section_is_told():
    assert advice(item("all", "group", "All", item=[WELL]), item("none", "group", "None")) == {
        "none": "Nothing is in it yet."
    }


def chain(length):
    """Each question depends on the next one."""
    rest = [
        item(f"q{n}", "boolean", f"{n}?", enableWhen=[when(f"q{n + 1}", "=", answerBoolean=True)])
        for n in range(length)
    ]
    return [*rest, item(f"q{length}", "boolean", "Last?")]


def nested_chain(length):
    """Each group depends on a question in the next one."""
    rest = [
        item(f"g{n}", "group", f"Group {n}", item=[item(f"q{n}", "boolean", f"{n}?")],
             enableWhen=[when(f"q{n + 1}", "=", answerBoolean=True)])
        for n in range(length)
    ]  # fmt: skip
    return [*rest, item("end", "group", "End", item=[item(f"q{length}", "boolean", "Last?")])]


@pytest.mark.parametrize("make", [chain, nested_chain])
def test_a_chain_of_three_hundred_conditions_breaks_no_page(make):
    reading = read_questionnaire(resource(*make(300), title="T"))

    told = [finding.reason for finding in reading.refused]
    assert told == [f"More than {LONGEST_WAIT} questions in a row depend on later ones."]
    assert "q300" in shown_keys(reading.questionnaire, {})
    advise(reading.questionnaire)


@pytest.mark.parametrize("make", [chain, nested_chain])
def test_the_longest_chain_that_is_read_is_walked(make):
    parsed = read_questionnaire(resource(*make(LONGEST_WAIT), title="T")).questionnaire

    assert longest_wait(parsed.by_link_id) == LONGEST_WAIT
    assert "q50" in shown_keys(parsed, {})
    assert "q0" not in shown_keys(parsed, {})


def test_three_thousand_questions_each_on_the_one_before_are_walked():
    first = item("q0", "boolean", "0?")
    rest = [
        item(f"q{n}", "boolean", f"{n}?", enableWhen=[when(f"q{n - 1}", "=", answerBoolean=True)])
        for n in range(1, 3000)
    ]
    reading = read_questionnaire(resource(first, *rest, title="T"))

    assert reading.refused == ()
    assert shown_keys(reading.questionnaire, {}) == {"q0"}
    assert advise(reading.questionnaire) == ()

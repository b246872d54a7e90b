"""Her words and theirs: the same terms, a question for each difference, and nothing counted."""

import re
from datetime import timedelta

import pytest

from booking.models import WayOfWorking
from booking.ways.dimensions import OTHER_ANSWERS, STEPS
from booking.ways.words import DIMENSIONS
from intake.conversation import ASKED
from intake.fhir.parsing import parse_questionnaire
from intake.questionnaire_files import read_resource
from intake.services.sides import read_both
from intake.side_by_side import IN_PERSON, IS_FREE, IS_OPEN
from tests.factories.intake import an_intake, answer, response_to
from tests.factories.ways import a_way

LIKES = "how-you-like-to-work"


def test_therapist_and_client_are_asked_in_the_same_terms() -> None:
    questionnaire = parse_questionnaire(read_resource(LIKES))

    ranges = [
        item
        for item in questionnaire.questions()
        if {option.code for option in item.options} & set(STEPS)
    ]

    assert [item.link_id for item in ranges] == [dimension.code for dimension in DIMENSIONS]
    for item, dimension in zip(ranges, DIMENSIONS, strict=True):
        options = [(option.code, option.display) for option in item.options]
        steps = zip(STEPS, dimension.client, strict=True)
        assert options == [*steps, *OTHER_ANSWERS.items()]
        assert item.text == dimension.question
        assert item.may_say_in_person
        assert not item.is_required
        assert all(option.ordinal is None for option in item.options)


def test_every_topic_is_a_question_of_its_questionnaire() -> None:
    for _, topics in ASKED:
        for topic in topics:
            item = parse_questionnaire(read_resource(topic.slug)).item(topic.link_id)
            assert item is not None, topic
            assert item.is_question


@pytest.fixture
def intake(db):
    intake = an_intake(LIKES, "earlier-therapy", "hopes-fears-expectations")
    a_way(
        intake.appointment.practitioner,
        places={"lead": "first", "plan": "both", "silence": "both", "speed": "both"},
        sentences={"lead": "I hold the clock."},
    )
    return intake


def pair_of(both, title):
    return next(pair for pair in both.pairs if pair.title == title)


def test_a_difference_is_a_question_and_a_common_way_is_none(intake) -> None:
    likes = response_to(intake, LIKES)
    answer(likes, "lead", "second")
    answer(likes, "plan", "both")

    both = read_both(intake)

    lead, plan = pair_of(both, "Who leads"), pair_of(both, "How much of a plan")
    assert lead.hers == "I lead, and you say stop whenever you like"
    assert lead.sentence == "I hold the clock."
    assert lead.theirs == ("I lead, and my therapist follows",)
    assert lead.question == (
        "Your way is an hour that you lead; they hope for an hour that they lead. "
        "“How will you let me know when I lead more than is good for you?”"
    )
    assert (plan.theirs, plan.question) == (("A direction, with room for what comes up",), "")


def test_not_knowing_not_minding_and_in_person_are_answers(intake) -> None:
    likes = response_to(intake, LIKES)
    answer(likes, "lead", "unsure")
    answer(likes, "plan", "no-preference")
    answer(likes, "silence", in_person=True)

    both = read_both(intake)

    found = [(pair.theirs, pair.question) for pair in both.pairs if pair.theirs]
    assert found == [
        (("I don’t know yet",), IS_OPEN),
        (("No preference",), IS_FREE),
        (("I would rather say this in person.",), IN_PERSON),
    ]


def test_where_one_side_is_silent_there_is_no_question(intake) -> None:
    answer(response_to(intake, LIKES), "self", "first")

    both = read_both(intake)

    assert pair_of(both, "How much I show of myself").hers == ""
    assert {pair.question for pair in both.pairs} == {""}


def test_what_hurt_before_becomes_a_question(intake) -> None:
    earlier = response_to(intake, "earlier-therapy")
    answer(earlier, "before", "yes")
    answer(earlier, "hurt", "yes")
    answer(earlier, "hurt-words", "He told my mother.")
    hopes = response_to(intake, "hopes-fears-expectations")
    answer(hopes, "would-disappoint", in_person=True)

    both = read_both(intake)

    told = {heard.told: heard.question for chapter in both.chapters for heard in chapter.heard}
    assert [chapter.title for chapter in both.chapters] == [title for title, _ in ASKED]
    assert told[("He told my mother.",)] == (
        "Thank you for writing this. What do you need from me, so that it is safe to come?"
    )
    assert ("I would rather say this in person.",) in told


def test_their_own_words_stand_as_they_wrote_them(intake) -> None:
    answer(response_to(intake, LIKES), "together-words", "Please don’t be too nice.")

    (heard,) = read_both(intake).own_words

    assert heard.told == ("Please don’t be too nice.",)


def test_the_order_is_that_of_the_questions_however_far_apart(intake) -> None:
    before = [pair.title for pair in read_both(intake).pairs]
    answer(response_to(intake, LIKES), "speed", "second")

    assert [pair.title for pair in read_both(intake).pairs] == before
    assert before == [dimension.title for dimension in DIMENSIONS]


def test_nothing_is_told_yet(intake) -> None:
    assert read_both(intake).is_empty


NUMBERS = re.compile(r"\d+ ?%|percent|\bscore|\bmatch|out of \d|\d/\d", re.IGNORECASE)


def test_nothing_in_it_is_a_number(intake) -> None:
    for dimension in DIMENSIONS:
        answer(response_to(intake, LIKES), dimension.code, "second")

    both = read_both(intake)

    words = " ".join(
        f"{pair.title} {pair.hers} {pair.sentence} {pair.theirs} {pair.question}"
        for pair in both.pairs
    )
    assert not NUMBERS.search(words)
    assert not re.search(r"\d", words)


def test_a_later_version_of_her_page_is_what_stands_there(intake) -> None:
    practitioner = intake.appointment.practitioner
    current = WayOfWorking.objects.current(practitioner)
    a_way(
        practitioner,
        now=current.published_at + timedelta(days=1),
        places={"lead": "second"},
    )

    assert pair_of(read_both(intake), "Who leads").hers == "You lead, and I follow"

"""What changed between two versions, told by question and in words."""

import pytest

from intake.fhir.differing import Act, compare, compare_heads
from tests.factories.fhir_files import coded, control, extension, item
from tests.factories.questionnaires import questionnaire


def told(change):
    marks = {(True, False): "+{}+", (False, True): "-{}-", (False, False): "{}"}
    return {
        detail.title: " ".join(
            marks[piece.is_added, piece.is_removed].format(piece.words) for piece in detail.pieces
        )
        for detail in change.details
    }


def group(link_id, *items):
    return item(link_id, "group", f"The {link_id}", item=list(items))


WELL = item("well", "boolean", "Do you sleep well?")
SINCE = item("since", "string", "Since when not?")
MOOD = item("mood", "choice", "Your mood?", answerOption=[coded("good"), coded("bad")])


def test_added_and_removed_questions_stand_where_they_belong():
    older = questionnaire(group("nights", WELL, SINCE), group("days", MOOD))
    newer = questionnaire(
        group("nights", WELL, item("dreams", "text", "Do you dream?")), group("days", MOOD)
    )

    found = [(one.act, one.link_id, one.kind, one.section) for one in compare(older, newer)]

    assert found == [
        (Act.REMOVED, "since", "Short text", "The nights"),
        (Act.ADDED, "dreams", "Long text", "The nights"),
    ]


def test_words_are_told_one_by_one():
    older = questionnaire(WELL)
    newer = questionnaire({**WELL, "text": "Do you sleep deeply?"})

    (change,) = compare(older, newer)

    assert (change.act, change.is_moved) == (Act.CHANGED, False)
    assert told(change) == {"Words": "Do you sleep -well?- +deeply?+"}


def test_only_what_was_moved_is_told_as_moved():
    a, b, c, d = (item(name, "string", f"{name}?") for name in "abcd")
    older, newer = questionnaire(a, b, c, d), questionnaire(d, a, b, c)

    (change,) = compare(older, newer)

    assert (change.act, change.link_id, change.details) == (Act.MOVED, "d", ())


def test_into_another_section_is_told_with_both():
    older = questionnaire(group("nights", WELL, SINCE), group("days", MOOD))
    newer = questionnaire(group("nights", WELL), group("days", MOOD, SINCE))

    (change,) = compare(older, newer)

    assert (change.act, change.is_moved) == (Act.CHANGED, True)
    assert told(change) == {"Where it stands": "The -nights- +days+"}


def test_answers_are_told_with_what_they_do():
    newer_mood = {
        **MOOD,
        "answerOption": [
            coded("good"),
            {
                **coded("bad"),
                "extension": [
                    {
                        "url": "https://example.org/fhir/StructureDefinition/safety-alert",
                        "valueCode": "self-harm",
                    }
                ],
            },
            coded("fine"),
        ],
    }

    (change,) = compare(questionnaire(MOOD), questionnaire(newer_mood))

    assert told(change) == {"Answers": "Good; -Bad;- +Bad (alert: self-harm);+ +Fine;+"}


def test_conditions_are_told_as_a_whole_and_only_when_they_are_others():
    when = {"question": "well", "operator": "=", "answerBoolean": False}
    older = questionnaire(WELL, SINCE)
    newer = questionnaire(WELL, {**SINCE, "enableWhen": [when]})
    reworded = questionnaire({**WELL, "text": "Well?"}, {**SINCE, "enableWhen": [when]})

    (change,) = compare(older, newer)

    assert told(change) == {
        "When it is shown": "-Always shown- +Shown when “Do you sleep well?” is No+"
    }
    assert [one.link_id for one in compare(newer, reworded)] == ["well"]


@pytest.mark.parametrize(
    ("before", "after", "title", "words"),
    [
        ({}, {"required": True}, "Needed", "-No- +Yes+"),
        ({}, {"type": "text"}, "Kind", "-Short text- +Long text+"),
        ({}, {"maxLength": 5}, "Longest answer", "-as usual- +5 characters+"),
        ({}, {"repeats": True}, "How often", "-0 to 1- +0 to any number+"),
        ({}, {"readOnly": True}, "Set by the file", "+something else was changed+"),
        ({}, {"code": [{"code": "x"}]}, "Set by the file", "+something else was changed+"),
    ],
)
def test_nothing_changes_unseen(before, after, title, words):
    first = item("first", "string", "First?")
    older = questionnaire(first, {**SINCE, **before})
    newer = questionnaire(first, {**SINCE, **after})

    (change,) = compare(older, newer)

    assert told(change) == {title: words}


def test_a_scale_tells_its_ends():
    def scale(low, words):
        return item(
            "pain", "integer", "Pain?",
            extension=[control("slider"), extension("minValue", valueInteger=low),
                       extension("maxValue", valueInteger=10),
                       extension("questionnaire-sliderStepValue", valueInteger=1)],
            item=[item("pain-lower", "display", words, extension=[control("lower")])],
        )  # fmt: skip

    (change,) = compare(questionnaire(scale(0, "none")), questionnaire(scale(1, "little")))

    assert told(change) == {
        "Lowest and highest": "-0 to 10, in steps of 1- +1 to 10, in steps of 1+",
        "Ends of the scale": "-none- +little+",
    }


def test_the_head_is_told():
    older, newer = questionnaire(WELL), questionnaire(WELL, title="Larger", description="Why")

    found = {
        one.title: [piece.words for piece in one.pieces] for one in compare_heads(older, newer)
    }

    assert found == {"Title": ["Small", "Larger"], "What it is for": ["Why"]}

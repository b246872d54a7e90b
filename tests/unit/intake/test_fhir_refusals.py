"""What can't be shown is refused with its reason; what is only odd is told."""

import pytest

from intake.fhir.parsing import read_questionnaire
from intake.fhir.questionnaire import Coded, Condition
from intake.services.importing import check_resource
from tests.factories.fhir_files import coded, extension, fhirpath, item, resource

HIDDEN = extension("questionnaire-hidden", valueBoolean=True)
COLOR = item("color", "choice", answerOption=[coded("red"), coded("green")])
CQL = {"language": "text/cql"}


def refused(*items, **more):
    reading = read_questionnaire(resource(*items, **more))
    return [(finding.link_id, finding.reason) for finding in reading.refused]


def when(question, operator, **answer):
    return {"enableWhen": [{"question": question, "operator": operator, **answer}]}


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (
            item("a", "reference"),
            "It asks to pick a record (type reference), and there are none to pick from.",
        ),
        (
            item("a", "coding"),
            "The type “coding” is no item type of FHIR R4. It is one of FHIR R5.",
        ),
        (item("a", "slider"), "The type “slider” is no item type of FHIR R4."),
        ({"linkId": "a", "text": "A"}, "It has no type."),
        ({"linkId": "a", "type": "string"}, "It has no words to ask."),
        (item("a", "choice"), "It is a choice, and the file names no answers to choose from."),
        (
            item("a", "choice", option=[{"valueCoding": {"code": "x"}}]),
            "Its answers are written as in FHIR STU3. The portal reads FHIR R4.",
        ),
        (
            item("a", "choice", answerOption=[{"initialSelected": True}]),
            "One of its answers has no value that can be shown.",
        ),
        (
            item("a", "choice", extension=[
                fhirpath("sdc-questionnaire-answerExpression", "%resource.item.answer.value")
            ]),
            "Its answers are looked up by an expression, and nothing answers it here.",
        ),
        (
            item("a", "display", extension=[
                extension("sdc-questionnaire-subQuestionnaire", valueCanonical="https://e.org/q")
            ]),
            "It stands for another questionnaire, which the file does not contain.",
        ),
        (
            item("a", "string", extension=[
                fhirpath("sdc-questionnaire-enableWhenExpression", "Adult", **CQL)
            ]),
            "It is asked by an expression in a language that the portal does not speak (text/cql).",
        ),
        (
            item("a", "string", readOnly=True, extension=[
                fhirpath("sdc-questionnaire-calculatedExpression", "Sum", **CQL)
            ]),
            "It is worked out by an expression in a language that the portal does not speak"
            " (text/cql).",
        ),
        (
            item("a", "string", modifierExtension=[{"url": "https://example.org/not"}]),
            "It carries a note that changes its meaning and that the portal does not know:"
            " https://example.org/not",
        ),
    ],
)  # fmt: skip
def test_items_that_can_not_be_shown(one, reason):
    assert refused(one) == [("a", reason)]
    assert refused({**one, "extension": [*one.get("extension", []), HIDDEN]}, COLOR) == []


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([COLOR, COLOR], [("color", "This link id stands there twice.")]),
        ([item("", "string"), COLOR], [("item[0]", "It has no link id.")]),
        ([item("g", "group", item=[{"type": "string"}]), COLOR],
         [("item[0].item[0]", "It has no link id.")]),
        (["x", COLOR], [("item[0]", "This is no item: it should be a JSON object.")]),
        ([item("x" * 256, "string")],
         [("x" * 256, "Its link id is longer than 255 characters.")]),
        ([item("a", "display")], [("", "It asks nothing that a person could answer.")]),
        ([], [("", "It asks nothing that a person could answer.")]),
    ],
)  # fmt: skip
def test_trees_that_can_not_be_read(items, expected):
    assert refused(*items) == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"modifierExtension": [{"url": "https://example.org/x"}]},
            "It carries a note that changes its meaning, unknown here: https://example.org/x",
        ),
        (
            {"implicitRules": "https://example.org/x"},
            "It follows rules unknown here: https://example.org/x",
        ),
        ({"group": {}}, "It is written as in FHIR DSTU2. The portal reads FHIR R4."),
    ],
)
def test_questionnaires_of_another_kind(more, reason):
    assert refused(COLOR, **more) == [("", reason)]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (when("ghost", "exists", answerBoolean=True),
         "No question “ghost” to depend on is in the file."),
        (when("group", "exists", answerBoolean=True),
         "No question “group” to depend on is in the file."),
        (when("color", "~", answerString="x"), "When it is asked can't be read: “~” on “color”."),
        (when("color", "="), "When it is asked can't be read: “=” on “color”."),
        (when("age", "=", answerString="old"),
         "It depends on “age” by a value that this question can't have (answerString)."),
        (when("color", "=", answerReference={"reference": "Patient/1"}),
         "It depends on “color” by a value that this question can't have (answerReference)."),
        (when("a", "=", answerString="x"),
         "It depends on “a”, which in the end depends on this one: nobody would see it."),
    ],
)  # fmt: skip
def test_conditions_that_can_not_be_met(condition, reason):
    items = [COLOR, item("age", "integer"), item("group", "group"), item("a", "string")]
    items[-1].update(condition)

    assert refused(*items) == [("a", reason)]


def test_a_group_that_waits_for_a_question_inside_it():
    inner = item("inner", "boolean")
    group = item("group", "group", item=[inner], **when("inner", "=", answerBoolean=True))

    assert [link_id for link_id, _ in refused(group, COLOR)] == ["group"]


@pytest.mark.parametrize(("step", "told"), [(-1, []), (1, [
    ("", "More than 50 questions in a row depend on later ones.")
])])  # fmt: skip
def test_long_rows_of_conditions(step, told):
    numbers = range(1, 201)
    items = [item("0", "string"), *(item(str(number), "string") for number in numbers)]
    for number in numbers:
        if 0 <= number + step <= 200:
            items[number].update(when(str(number + step), "exists", answerBoolean=True))

    assert refused(*items) == told


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"answerCoding": {"code": "red"}}, Coded("red")),
        ({"answerCoding": {"system": "https://else.where", "code": "red"}}, Coded("red")),
        ({"answerCoding": {"display": "RED"}}, Coded("red")),
        ({"answerString": "red"}, Coded("red")),
        ({"answerString": "red", "operator": "equal"}, Coded("red")),
        ({"answerString": "Red"}, Coded("red")),
    ],
)
def test_an_answer_to_depend_on_is_found_among_the_options(answer, expected):
    condition = {"question": "color", "operator": "=", **answer}
    reading = read_questionnaire(resource(COLOR, item("a", "string", enableWhen=[condition])))

    assert reading.refused == ()
    assert reading.questionnaire.by_link_id["a"].conditions == (Condition("color", "=", expected),)


def test_an_answer_that_is_not_offered_is_told():
    reading = read_questionnaire(
        resource(COLOR, item("a", "string", **when("color", "=", answerString="plaid")))
    )

    assert reading.refused == ()
    assert [finding.reason for finding in reading.warnings] == [
        "It depends on an answer that “color” does not offer: plaid."
    ]


def test_integers_to_depend_on_are_options_where_the_question_has_them():
    stars = item("stars", "choice", answerOption=[{"valueInteger": n} for n in (1, 2)])
    reading = read_questionnaire(
        resource(stars, item("a", "string", **when("stars", "=", answerInteger=2)))
    )

    assert reading.questionnaire.by_link_id["a"].conditions[0].expected == Coded("2")


@pytest.mark.parametrize(
    ("one", "more"),
    [
        (item("a", "string"), {"date": "2026-11-27T10:00:00"}),
        (item("a", "string"), {"id": "with spaces and ümläuts"}),
        (item("a", "string"), {"status": None}),
        (item("a", "string"), {"useContext": {"code": {}}}),
        (item("a", "string"), {"text": {"status": "generated"}}),
        (item("a", "string"), {"meta": {"lastUpdated": "yesterday"}}),
        (item("a", "string"), {"contained": [{"resourceType": "Medication", "x": 1}]}),
        (item("a", "string"), {"unheardOf": 1}),
        (item("a", "string", prefix="", text="A", definition=""), {}),
        (item("a", "string", unheardOf=1), {}),
        (item("a", "string", disabledDisplay="hidden"), {}),
        (item("a", "time", initial=[{"valueTime": "10:00"}]), {}),
        (item("a", "string", code=[{"code": ""}]), {}),
        (item("a", "choice", repeats="true", answerOption=[{"valueInteger": "1"}]), {}),
    ],
)
def test_small_defects_are_no_reason_to_refuse(one, more):
    checked = check_resource(resource(one, **more))

    assert checked.refused == ()
    assert checked.is_accepted


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (item("a", "string", required="perhaps"), "required"),
        (item("a", "string", maxLength="long"), "maxLength"),
        (item("a", "string", text=["A"]), "text"),
    ],
)
def test_what_a_question_is_made_of_must_be_valid(one, place):
    checked = check_resource(resource(one, COLOR))

    assert [finding.link_id for finding in checked.refused] == ["a"]
    assert place in checked.refused[0].reason or place == "text"


@pytest.mark.parametrize(
    "expression", ["1 +", "nosuch()", "'a' + 1 +", "(((", "%resource.item.where(", "\u0000"]
)
def test_expressions_that_can_not_be_evaluated(expression):
    enabled = fhirpath("sdc-questionnaire-enableWhenExpression", expression)
    calculated = fhirpath("sdc-questionnaire-calculatedExpression", expression)
    filled = fhirpath("sdc-questionnaire-initialExpression", expression)

    def reasons(name, extended):
        checked = check_resource(resource(item("a", "string", extension=[extended]), COLOR))
        return [finding.reason for finding in getattr(checked, name)]

    assert reasons("refused", enabled) == [
        "It is asked by an expression that can't be evaluated here."
    ]
    assert reasons("refused", calculated) == [
        "It is worked out by an expression that can't be evaluated here."
    ]
    assert reasons("warnings", filled) == [
        "It is filled in at first by an expression that can't be evaluated here."
    ]

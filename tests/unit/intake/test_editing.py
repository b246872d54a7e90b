"""What an act of the editor writes, to the letter."""

from dataclasses import replace
from decimal import Decimal

import pytest

from intake.fhir import arranging, extensions
from intake.fhir.arranging import NowhereToGo
from intake.fhir.editing import content_of, edit
from intake.fhir.editing_answers import add_answer, offered, reword_answers
from intake.fhir.editing_conditions import (
    Comparison,
    NoAnswer,
    OnlyAny,
    Wanted,
    add_conditions,
    comparisons_of,
    could_ask,
    need_every,
)
from intake.fhir.kinds import NAMES, Kind, kind_of
from intake.fhir.parsing import read_questionnaire
from intake.fhir.set_by_file import set_by_file
from intake.fhir.tree import NoSuchItem, Tree, new_link_id
from tests.factories.fhir_files import coded, control, extension, item, one_of_everything, resource


def parsed(told):
    return read_questionnaire(told).questionnaire


def change(told, link_id, **wanted):
    found = parsed(told).by_link_id[link_id]
    return Tree(edit(told, found, replace(content_of(found), **wanted))).raw(link_id)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.SECTION])
def test_each_kind_is_read_as_what_it_was_added_as(kind):
    added = arranging.add(resource(title="T"), kind=kind, text="What?")

    assert kind_of(parsed(added.resource).by_link_id["what"]) == kind
    assert NAMES[kind]


def test_a_scale_has_both_ends_and_words_at_them():
    told = arranging.add(resource(title="T"), kind=Kind.SCALE, text="Pain?").resource

    raw = change(told, "pain", lowest=Decimal(1), highest=Decimal(5), lower="none", upper="much")

    bounds = {one["url"]: one.get("valueInteger") for one in raw["extension"]}
    assert (bounds[extensions.MIN_VALUE], bounds[extensions.MAX_VALUE]) == (1, 5)
    assert [one["text"] for one in raw["item"]] == ["none", "much"]
    read = parsed(resource(raw, title="T")).by_link_id["pain"]
    assert (read.control, read.lower, read.upper) == ("slider", "none", "much")


def test_a_number_becomes_a_scale_and_back():
    told = resource(item("age", "integer", "Age?"), title="T")
    scale = change(told, "age", kind=Kind.SCALE, lowest=Decimal(0), highest=Decimal(9))
    assert content_of(parsed(resource(scale, title="T")).by_link_id["age"]).kind == Kind.SCALE

    number = change(resource(scale, title="T"), "age", kind=Kind.NUMBER, lowest=None, highest=None)

    assert number == {"linkId": "age", "type": "integer", "text": "Age?"}


def test_new_words_take_the_formatting_away_and_old_ones_keep_it():
    bold = {"extension": [extension("rendering-xhtml", valueString="<b>How</b> are you?")]}
    told = resource(item("how", "string", "How are you?", _text=bold), title="T")

    assert change(told, "how", is_required=True)["_text"] == bold
    assert "_text" not in change(told, "how", text="How do you do?")


def test_help_is_written_once_and_taken_away_again():
    told = one_of_everything()
    assert [one["text"] for one in change(told, "sleep", help="Roughly.")["item"]] == [
        "Roughly.", "none at all", "all day",
    ]  # fmt: skip
    without = change(told, "sleep", help="")
    assert [one["linkId"] for one in without["item"]] == ["sleep-low", "sleep-high"]


def test_an_answer_that_is_its_words_is_asked_for_by_its_new_words():
    told = resource(
        item("color", "choice", "Color?", answerOption=[{"valueString": "red"}]),
        item("why", "string", "Why?", enableWhen=[
            {"question": "color", "operator": "=", "answerString": "red"}
        ]),
        title="T",
    )  # fmt: skip

    changed = reword_answers(told, "color", ["crimson"])

    assert changed["item"][1]["enableWhen"][0]["answerString"] == "crimson"
    with pytest.raises(NoSuchItem):
        reword_answers(told, "color", ["one", "two"])


def test_a_number_to_choose_keeps_its_value():
    raw = item("many", "choice", "Many?", answerOption=[{"valueInteger": 3}])

    (three,) = offered(raw)

    assert (three.words, three.can_reword) == ("3", False)


def test_codes_of_answers_are_made_once():
    told = resource(item("color", "choice", "Color?"), title="T")
    for words in ("Deep red", "Deep red!", "你好"):
        told = add_answer(told, "color", words)

    codes = [one["valueCoding"]["code"] for one in told["item"][0]["answerOption"]]
    assert codes == ["deep-red", "deep-red-2", "answer"]


def test_link_ids_come_from_the_first_words():
    assert new_link_id("How well do you sleep these days, on the whole?", ()) == (
        "how-well-do-you-sleep-these-days"
    )
    assert new_link_id("???", {"question"}) == "question-2"


def test_nothing_moves_into_itself_or_over_the_end():
    told = resource(item("a", "group", "A", item=[item("b", "group", "B")]), title="T")

    with pytest.raises(NowhereToGo):
        arranging.move_into(told, "a", "b")
    with pytest.raises(NowhereToGo):
        arranging.move(told, "a", 1)
    with pytest.raises(NoSuchItem):
        arranging.move(told, "z", 1)


def test_out_of_a_group_within_a_section_it_stays_in_the_section():
    inner = item("inner", "group", "Inner", item=[item("x", "string"), item("y", "string")])
    told = resource(item("all", "group", "All", item=[inner]), title="T")

    down = arranging.move(told, "y", 1).resource["item"][0]["item"]
    up = arranging.move(told, "x", -1).resource["item"][0]["item"]

    assert [one["linkId"] for one in down] == ["inner", "y"]
    assert [one["linkId"] for one in up] == ["x", "inner"]


def test_texts_of_a_field_stay_behind_when_its_neighbours_move():
    low = item("low", "display", "low", extension=[control("lower")])
    told = resource(
        item("q", "integer", "Q?", item=[low, item("x", "string"), item("y", "string")]),
        title="T",
    )

    moved = arranging.move(told, "y", -1).resource["item"][0]["item"]

    assert [one["linkId"] for one in moved] == ["low", "y", "x"]


RED = coded("red")["valueCoding"]
CHOICE = item("color", "choice", "Color?", answerOption=[coded("red"), coded("blue")])
ASKED = [CHOICE, item("age", "integer"), item("size", "decimal"), item("day", "date"),
         item("hour", "time"), item("yes", "boolean"), item("words", "string")]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "comparison", "answer", "written"),
    [
        ("color", Comparison.IS_NOT, "red", {"operator": "!=", "answerCoding": RED}),
        ("age", Comparison.MORE, "17", {"operator": ">", "answerInteger": 17}),
        ("size", Comparison.AT_MOST, "1.5", {"operator": "<=", "answerDecimal": 1.5}),
        ("day", Comparison.AFTER, "2026-11-28", {"operator": ">", "answerDate": "2026-11-28"}),
        ("hour", Comparison.BEFORE, "08:30", {"operator": "<", "answerTime": "08:30:00"}),
        ("yes", Comparison.IS, "false", {"operator": "=", "answerBoolean": False}),
        ("words", Comparison.NOT_ANSWERED, "", {"operator": "exists", "answerBoolean": False}),
    ],
)  # fmt: skip
def test_conditions_are_written_as_fhir_has_them(question, comparison, answer, written):
    told = resource(*ASKED, item("last", "string"), title="T")
    read = parsed(told)
    wanted = Wanted(question, comparison, (answer,) if answer else ())

    last, asked = read.by_link_id["last"], read.by_link_id[question]
    changed = add_conditions(told, last, asked, wanted)

    assert changed["item"][-1]["enableWhen"] == [{"question": question, **written}]
    assert read_questionnaire(changed).refused == ()


@pytest.mark.parametrize(
    ("question", "comparison", "answers"),
    [
        ("color", Comparison.IS, ("green",)),
        ("color", Comparison.IS_NOT, ("red", "blue")),
        ("color", Comparison.IS, ()),
        ("color", Comparison.MORE, ("red",)),
        ("age", Comparison.IS, ("1.5",)),
        ("age", Comparison.IS, ("many",)),
        ("size", Comparison.IS, ("NaN",)),
        ("day", Comparison.AFTER, ("2026",)),
        ("hour", Comparison.BEFORE, ("25:00",)),
        ("yes", Comparison.IS, ("maybe",)),
        ("words", Comparison.IS, ("x",)),
    ],
)
def test_what_is_no_possible_answer_is_refused(question, comparison, answers):
    told = resource(*ASKED, item("last", "string"), title="T")
    read = parsed(told)
    last, asked = read.by_link_id["last"], read.by_link_id[question]

    with pytest.raises(NoAnswer):
        add_conditions(told, last, asked, Wanted(question, comparison, answers))


def test_one_of_needs_any():
    told = resource(*ASKED, item("last", "string"), title="T")
    read = parsed(told)
    last, color = read.by_link_id["last"], read.by_link_id["color"]
    one_of = Wanted("color", Comparison.ONE_OF, ("red", "blue"))

    changed = add_conditions(told, last, color, one_of)

    assert changed["item"][-1]["enableBehavior"] == "any"
    with pytest.raises(OnlyAny):
        need_every(changed, "last", True)


def test_an_item_depends_on_nothing_in_itself():
    told = resource(item("a", "group", "A", item=[CHOICE]), item("b", "string"), title="T")
    read = parsed(told)

    assert [one.link_id for one in could_ask(read, read.by_link_id["a"])] == ["b"]
    assert comparisons_of(read.by_link_id["b"]) == (
        Comparison.ANSWERED, Comparison.NOT_ANSWERED,
    )  # fmt: skip


def test_what_the_file_set_is_told():
    told = one_of_everything()
    read = parsed(told)

    def facts(link_id):
        return set_by_file(read.by_link_id[link_id], Tree(told).raw(link_id))

    assert facts("score") == ("Its answer is worked out by a formula.",)
    assert facts("plant-color") == ("Its 2 answers come from a list in the file.",)
    assert facts("plant") == ("An answer has at most 40 characters.",)
    assert facts("walks") == ()


def test_a_section_can_be_heavy_and_light_again():
    told = resource(item("a", "group", "A", item=[item("b", "string")]), title="T")

    heavy = change(told, "a", is_heavy=True)

    assert heavy["extension"] == [{"url": extensions.HEAVY, "valueBoolean": True}]
    assert parsed(resource(heavy, title="T")).sections[0].is_heavy
    assert "extension" not in change(resource(heavy, title="T"), "a", is_heavy=False)

"""Whatever is done in the editor: what was not touched stays to the letter, and it can be read."""

from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.fhir import arranging, editing_answers, editing_conditions
from intake.fhir.advising import advise
from intake.fhir.arranging import NowhereToGo
from intake.fhir.differing import compare, compare_heads
from intake.fhir.editing import Content, content_of, edit
from intake.fhir.editing_answers import offered
from intake.fhir.editing_conditions import Comparison, NoAnswer, OnlyAny, Wanted, could_ask
from intake.fhir.kinds import Kind, family_of
from intake.fhir.parsing import read_questionnaire
from intake.fhir.questionnaire import ItemType
from intake.fhir.set_by_file import set_by_file
from intake.fhir.tree import Tree
from intake.questionnaire_files import ALL, read_resource
from tests.factories.fhir_files import one_of_everything

FILES = [one_of_everything(), *(read_resource(slug) for slug in ALL)]
ADDED = [kind for kind in Kind if kind != Kind.SECTION]
WORDS = st.sampled_from(
    ["How are you?", "  Ça va?  ", "你好吗", "A <b>bold</b> word", "Yes", "x" * 300]
)
patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
# Reasons that an act may bring about: what is begun here is not finished yet.
UNFINISHED = (
    "the file names no answers",
    "It asks nothing that a person could answer.",
    "depends on",
    "depend on later ones",
)


def flat(resource):
    """Every item by its link id without what lies in it, and the rest of the questionnaire."""
    tree = Tree(resource)
    items = {one: {k: v for k, v in raw.items() if k != "item"} for one, raw in tree.items()}
    return items, {key: value for key, value in resource.items() if key != "item"}


class Held:
    """Hypothesis puts what it draws from into words, and warns where these are long."""

    def __init__(self, resource):
        self.resource = resource

    def __repr__(self):
        return "Held()"


@st.composite
def acts(draw, held):
    """One act on what is there: the new questionnaire, and the link ids that it may change."""
    resource = held.resource
    parsed = read_questionnaire(resource).questionnaire
    items = list(parsed.by_link_id.values())
    groups = ["", *(one.link_id for one in items if one.type == ItemType.GROUP)]
    verbs = ["add"] if not items else ["add", "move", "into", "copy", "remove", *WRITING]
    verb = draw(st.sampled_from(verbs))
    if verb == "add":
        kind, into = draw(st.sampled_from(ADDED)), draw(st.sampled_from(groups))
        done = arranging.add(resource, kind=kind, text=draw(WORDS), into=into)
        return done.resource, {done.at}
    item = draw(st.sampled_from(items))
    if verb == "move":
        return arranging.move(resource, item.link_id, draw(st.sampled_from([-1, 1]))).resource, ()
    if verb == "into":
        return arranging.move_into(
            resource, item.link_id, draw(st.sampled_from(groups))
        ).resource, ()
    if verb == "copy":
        copied = arranging.duplicate(resource, item.link_id).resource
        return copied, set(flat(copied)[0]) - set(flat(resource)[0])
    if verb == "remove":
        done = arranging.remove(resource, item.link_id)
        gone = set(flat(resource)[0]) - set(flat(done.resource)[0])
        return done.resource, {*gone, *done.freed}
    return WRITING[verb](draw, resource, parsed, item)


def rewrite(draw, resource, parsed, item):
    before = content_of(item)
    family = family_of(before.kind) or (before.kind,)
    wanted = Content(
        kind=draw(st.sampled_from(family)),
        text=draw(WORDS).strip(),
        help=draw(st.sampled_from(["", before.help, "A guess is fine."])),
        is_required=item.is_question and draw(st.booleans()),
        may_say_in_person=draw(st.booleans()),
        is_heavy=draw(st.booleans()),
        has_other=item.is_choice and draw(st.booleans()),
        is_whole=before.is_whole,
        lowest=before.lowest,
        highest=before.highest,
        lower=before.lower,
        upper=before.upper,
        unit=before.unit,
    )
    if item.type == ItemType.DISPLAY:
        wanted = Content(kind=before.kind, text=wanted.text)
    changed = edit(resource, item, wanted)
    texts = {one for one in {**flat(changed)[0], **flat(resource)[0]}
             if one.startswith(item.link_id)}  # fmt: skip
    return changed, {item.link_id, *texts}


def answer(draw, resource, parsed, item):
    raw = Tree(resource).raw(item.link_id)
    there = offered(raw)
    if not item.is_choice or raw.get("answerValueSet"):
        return resource, ()
    if not there or draw(st.booleans()):
        return editing_answers.add_answer(resource, item.link_id, draw(WORDS)), {item.link_id}
    place = draw(st.sampled_from(there)).place
    act = draw(st.sampled_from([
        lambda: editing_answers.move_answer(resource, item.link_id, place, -1),
        lambda: editing_answers.remove_answer(resource, item.link_id, place),
        lambda: editing_answers.mark_answer(resource, item.link_id, place, safety="unsafe"),
        lambda: editing_answers.reword_answers(
            resource, item.link_id, [f"{one.words}!" for one in there]
        ),
    ]))  # fmt: skip
    return act(), {item.link_id}


def condition(draw, resource, parsed, item):
    asked = list(could_ask(parsed, item))
    if not asked:
        return resource, ()
    question = draw(st.sampled_from(asked))
    answers = [*(option.code for option in question.options), "true", "3", "2026-11-28", "08:30"]
    wanted = Wanted(
        question.link_id,
        draw(st.sampled_from(editing_conditions.comparisons_of(question))),
        tuple(draw(st.lists(st.sampled_from(answers), min_size=1, max_size=2, unique=True))),
    )
    return editing_conditions.add_conditions(resource, item, question, wanted), {item.link_id}


def uncondition(draw, resource, parsed, item):
    return editing_conditions.remove_conditions(resource, item.link_id, {0}), {item.link_id}


WRITING = {
    "rewrite": rewrite, "answer": answer, "condition": condition, "uncondition": uncondition,
}  # fmt: skip


@patient
@given(st.data(), st.sampled_from(FILES))
def test_what_is_not_touched_stays_and_the_result_is_read(data, file):
    resource = deepcopy(file)
    first = read_questionnaire(resource).questionnaire
    for _ in range(data.draw(st.integers(1, 8))):
        before = deepcopy(resource)
        try:
            changed, touched = data.draw(acts(Held(resource)))
        except (NowhereToGo, NoAnswer, OnlyAny):
            continue
        assert resource == before, "an act changes nothing in place"
        (old_items, old_rest), (new_items, new_rest) = flat(resource), flat(changed)
        assert new_rest == old_rest
        assert {k: v for k, v in new_items.items() if k not in touched} == {
            k: v for k, v in old_items.items() if k not in touched
        }
        resource = changed

    reading = read_questionnaire(resource)
    told = [finding.reason for finding in reading.refused]
    assert [reason for reason in told if not any(one in reason for one in UNFINISHED)] == []
    advise(reading.questionnaire)
    for item in reading.questionnaire.by_link_id.values():
        set_by_file(item, Tree(resource).raw(item.link_id))
    same = (compare(first, reading.questionnaire), compare_heads(first, reading.questionnaire))
    assert (same == ([], ())) == (first.items == reading.questionnaire.items)


@patient
@given(st.data(), st.sampled_from(FILES))
def test_saving_a_question_as_it_was_shown_changes_nothing(data, file):
    item = data.draw(
        st.sampled_from(list(read_questionnaire(file).questionnaire.by_link_id.values()))
    )

    assert edit(file, item, content_of(item)) == file


@patient
@given(st.sampled_from(FILES))
def test_nothing_is_different_between_a_version_and_itself(file):
    parsed = read_questionnaire(file).questionnaire

    assert compare(parsed, parsed) == []
    assert compare_heads(parsed, parsed) == ()


def test_every_comparison_has_its_words():
    assert set(editing_conditions.WORDS) == set(Comparison)

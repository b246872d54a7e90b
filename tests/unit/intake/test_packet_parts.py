"""What a packet prints of a questionnaire, without a database."""

from dataclasses import replace

from intake.fhir.answers import Answer
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Coded
from intake.packet_parts import Fact, answers_part, instrument_part, measure
from intake.questionnaire_files import read_resource
from tests.factories.instruments import a_resource

CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


def phq9(*points: int | None):
    questionnaire = parse_questionnaire(read_resource("phq-9"))
    items = [item for item in questionnaire.questions() if item.prefix][:9]
    answers = {
        item.link_id: Answer((Coded(CODES[point]),))
        for item, point in zip(items, points, strict=True)
        if point is not None
    }
    return questionnaire, answers


def part_of(*points, for_clinician=False):
    questionnaire, answers = phq9(*points)
    return instrument_part(
        questionnaire, answers, anchor="a", subtitle="s", for_clinician=for_clinician
    )


def test_items_are_printed_with_the_words_and_points_of_their_answers():
    part = part_of(0, 1, 2, 3, 0, 0, 0, 0, None)
    said = [(item.answer, item.points) for item in part.items]
    assert said[:4] == [
        ("Not at all", "0"),
        ("Several days", "1"),
        ("More than half the days", "2"),
        ("Nearly every day", "3"),
    ]
    assert said[8] == ("Not answered", "–")
    assert part.stem.startswith("Over the last 2 weeks")
    assert "Pfizer" in part.credit


def test_a_complete_instrument_has_a_sum_and_an_incomplete_one_says_so():
    assert (part_of(*[1] * 9).total, part_of(*[1] * 9).total_label) == ("9", "Sum, from 0 to 27")
    blank = part_of(*[1] * 8, None)
    assert blank.total == "–"
    assert blank.total_label == "Incomplete: 1 not answered, so there is no sum"


def test_bands_are_for_the_clinician_only():
    assert part_of(*[2] * 9).clinical == ()
    facts = part_of(*[2] * 9, for_clinician=True).clinical
    assert Fact("Severity band", "moderately severe (15-19)") in facts
    assert Fact("At or above the screening cut-off of 10", "Yes") in facts
    assert Fact("Thoughts of death or self-harm", "Yes: see the alert") in facts


def test_a_blank_item_nine_is_not_a_no():
    facts = part_of(*[2] * 8, None, for_clinician=True).clinical
    assert Fact("Thoughts of death or self-harm", "Not answered: ask") in facts
    assert not [fact for fact in facts if fact.label == "Severity band"]


def test_the_cut_off_is_the_practices_own():
    questionnaire = parse_questionnaire(read_resource("pcl-5"))
    items = [item for item in questionnaire.questions() if item.prefix]
    answers = {
        item.link_id: Answer((Coded("2" if number < 11 else "1"),))
        for number, item in enumerate(items)
    }

    def met(cut_off):
        return measure(questionnaire, answers, cut_off=cut_off).meaning

    chosen = "At or above 31, the cut-off that your practice chose"
    assert chosen in met(31)
    assert "that your practice chose" not in met(None)


def test_ticks_are_printed_in_words_and_nothing_is_summed():
    questionnaire = parse_questionnaire(read_resource("lec-5"))
    answers = {"lec-5-01": Answer((Coded("witnessed"), Coded("job")), in_person=True)}

    part = instrument_part(questionnaire, answers, anchor="a", subtitle="s", for_clinician=True)

    assert (part.items[0].answer, part.items[0].points) == ("Witnessed it, Part of my job", "–")
    assert part.total_label == ""
    assert Fact("Exposure to such an event", "Yes") in part.clinical
    assert measure(questionnaire, answers).total == "exposure: yes"


def test_what_is_said_in_person_is_printed_so():
    questionnaire = parse_questionnaire(read_resource("lec-5"))
    answers = {"lec-5-02": Answer(in_person=True)}

    part = instrument_part(questionnaire, answers, anchor="a", subtitle="s", for_clinician=False)

    assert part.items[1].answer == "I would rather say this in person."
    assert part.clinical == ()


def test_a_clients_copy_has_no_result_of_an_instrument_without_a_sum():
    resource = {**a_resource("itq"), "version": "1"}
    questionnaire = parse_questionnaire(resource)
    answers = {f"itq-{n:02}": Answer((Coded("3"),)) for n in range(1, 19)}

    def part(*, for_clinician):
        return instrument_part(
            questionnaire, answers, anchor="a", subtitle="s", for_clinician=for_clinician
        )

    assert "PTSD" not in str(replace(part(for_clinician=False), credit=""))
    assert Fact("Result by the rules of ICD-11", "CPTSD") in part(for_clinician=True).clinical


def test_an_instrument_in_one_line():
    line = measure(*phq9(*[2] * 9))
    assert (line.name, line.total, line.is_urgent) == ("PHQ-9", "18 of 27", True)
    assert line.meaning == "moderately severe (15-19); At or above the screening cut-off of 10"
    assert measure(*phq9(*[2] * 8, None)).total == "incomplete"


def test_short_answers_share_a_table_and_long_ones_stand_alone():
    questionnaire = parse_questionnaire(read_resource("about-you"))
    answers = {
        "legal-name": Answer(("Ada Example",)),
        "address": Answer(("12 Example Street\nNew York",)),
    }
    part = answers_part(questionnaire, answers, anchor="a", subtitle="s")
    name, address = part.groups[0].blocks[0], part.groups[1].blocks[1]
    assert name.facts[0] == Fact("Your legal name", "Ada Example")
    assert (address.question, address.answers) == (
        "Your home address",
        ("12 Example Street\nNew York",),
    )


def test_what_was_left_open_is_printed_as_left_open():
    questionnaire = parse_questionnaire(read_resource("earlier-therapy"))
    part = answers_part(questionnaire, {}, anchor="a", subtitle="s")
    blocks = [block for group in part.groups for block in group.blocks]
    assert all(fact.is_blank and fact.value == "Not answered" for b in blocks for fact in b.facts)
    assert all(block.facts for block in blocks)

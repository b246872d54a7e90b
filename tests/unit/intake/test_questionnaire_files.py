"""The questionnaires of the repository are valid FHIR, readable, and worded as agreed."""

import re

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire as FhirQuestionnaire

from intake.fhir.answers import Answer
from intake.fhir.enabling import shown_questions
from intake.fhir.parsing import parse_questionnaire
from intake.instruments.catalogue import INSTRUMENTS
from intake.instruments.lec import KINDS
from intake.instruments.loinc import LOINC
from intake.questionnaire_files import ALL, FOLDER, OFFERED, ORDER, read_resource

EXPECTED_SECTIONS = {
    "about-you": ["you", "reaching-you", "someone-to-call", "your-world"],
    "what-brings-you": ["now", "what-happened", "what-holds-you"],
    "health-and-safety": ["body", "inside", "safety"],
    "earlier-therapy": ["before-now", "helped", "ending", "this-time"],
    "hopes-fears-expectations": ["hopes", "fears", "expectations"],
    "how-you-like-to-work": ["together", "two-of-us", "pace", "emdr", "anything-else"],
    "phq-9": ["questions"],
    "gad-7": ["questions"],
    "pcl-5": ["questions"],
    **{slug: ["questions"] for slug in OFFERED},
}
REQUIRED = {
    "about-you": [
        "legal-name",
        "birth-date",
        "phone",
        "address",
        "emergency-name",
        "emergency-phone",
    ],
    "health-and-safety": ["conditions", "medication", "safe-now", "self-harm"],
}
FREQUENCY = [("LA6568-5", 0), ("LA6569-3", 1), ("LA6570-1", 2), ("LA6571-9", 3)]
PHQ9_CODES = [
    "44250-9",
    "44255-8",
    "44259-0",
    "44254-1",
    "44251-7",
    "44258-2",
    "44252-5",
    "44253-3",
    "44260-8",
]
GAD7_CODES = ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]
PFIZER = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an"
    " educational grant from Pfizer Inc. No permission required to reproduce, translate, display or"
    " distribute."
)


def parsed(slug):
    return parse_questionnaire(read_resource(slug))


def test_every_file_is_in_the_order():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(ALL)


@pytest.mark.parametrize("slug", ALL)
def test_valid_fhir_r4(slug):
    resource = read_resource(slug)

    model = FhirQuestionnaire.model_validate(resource)

    assert (model.id, model.status) == (slug, "active")
    assert model.url == f"https://example.org/fhir/Questionnaire/{slug}"


@pytest.mark.parametrize("slug", ALL)
def test_sections_and_required_questions(slug):
    questionnaire = parsed(slug)

    assert [section.slug for section in questionnaire.sections] == EXPECTED_SECTIONS[slug]
    required = [item.link_id for item in questionnaire.questions() if item.is_required]
    assert required == REQUIRED.get(slug, [])


@pytest.mark.parametrize("slug", ALL)
def test_every_question_has_words_and_every_choice_has_options(slug):
    for item in parsed(slug).questions():
        assert item.text
        assert bool(item.options) == item.is_choice
        assert len({option.code for option in item.options}) == len(item.options)
        assert len({option.display for option in item.options}) == len(item.options)


@pytest.mark.parametrize("slug", ALL)
def test_no_question_has_both_a_value_set_and_options(slug):
    assert "answerValueSet" not in str(read_resource(slug))


@pytest.mark.parametrize("slug", ALL)
def test_the_client_reads_no_diagnosis_and_no_service_code(slug):
    questionnaire = parsed(slug)
    shown = " ".join(
        [questionnaire.title, questionnaire.description]
        + [section.title for section in questionnaire.sections]
        + [item.text + item.help for item in questionnaire.by_link_id.values()]
    )

    assert not re.search(r"depression|anxiety|PTSD|disorder|symptom|severe|diagnos|CPT", shown)
    assert not re.search(r"\b9\d{4}\b", shown)


@pytest.mark.parametrize(
    ("slug", "panel", "codes"), [("phq-9", "44249-1", PHQ9_CODES), ("gad-7", "69737-5", GAD7_CODES)]
)
def test_loinc_of_phq9_and_gad7(slug, panel, codes):
    resource, questionnaire = read_resource(slug), parsed(slug)
    numbered = [item for item in questionnaire.questions() if item.prefix]

    assert resource["code"] == [{"system": "http://loinc.org", "code": panel}]
    assert [item.code for item in numbered] == codes
    assert [item.prefix for item in numbered] == [f"{n}." for n in range(1, len(codes) + 1)]
    for item in numbered:
        assert [(option.code, option.ordinal) for option in item.options] == FREQUENCY
    assert resource["copyright"].startswith(PFIZER)
    assert "copyright © 1995 Regenstrief Institute, Inc." in resource["copyright"]


@pytest.mark.parametrize(
    ("short", "long", "panel"), [("phq-2", "phq-9", ["55757-9"]), ("gad-2", "gad-7", [])]
)
def test_the_short_forms_ask_the_first_two_of_the_long_ones(short, long, panel):
    asked, of = list(parsed(short).questions()), list(parsed(long).questions())

    assert asked == of[:2]
    assert parsed(short).by_link_id["stem"] == parsed(long).by_link_id["stem"]
    assert [code["code"] for code in read_resource(short).get("code", [])] == panel
    assert read_resource(short)["copyright"].startswith(PFIZER)


def test_pc_ptsd_5_asks_five_only_behind_its_gate():
    questionnaire = parsed("pc-ptsd-5")
    gate, *five = questionnaire.questions()

    def asked(*values):
        answers = {"pc-ptsd-5-gate": Answer(values)}
        return [place.item.link_id for place in shown_questions(questionnaire, answers)]

    assert asked() == asked(False) == [gate.link_id]
    assert asked(True) == [gate.link_id, *(item.link_id for item in five)]
    assert [item.prefix for item in five] == ["1.", "2.", "3.", "4.", "5."]
    assert all([o.ordinal for o in item.options] == [1, 0] for item in five)
    assert gate.text == "Have you ever experienced this kind of event?"
    assert five[4].text.startswith("felt guilty or unable to stop blaming yourself or others for")
    assert "Public domain and not copyrighted" in questionnaire.copyright


def test_lec_5_lets_tick_several_boxes_of_each_of_seventeen_events():
    questionnaire = parsed("lec-5")
    events = list(questionnaire.questions())

    assert [item.prefix for item in events] == [f"{number}." for number in range(1, 18)]
    assert {tuple(option.code for option in item.options) for item in events} == {KINDS}
    assert all(item.is_repeating and item.may_say_in_person for item in events)
    exclusive = {o.code for item in events for o in item.options if o.is_exclusive}
    assert exclusive == {"does-not-apply"}
    assert events[0].text.endswith("(for example, flood, hurricane, tornado, earthquake)")
    assert events[16].text == "Any other very stressful event or experience"


def test_nothing_on_offer_is_asked_at_first():
    assert not set(ORDER) & set(OFFERED)


def test_the_difficulty_answers_are_in_order_although_their_codes_are_not():
    difficulty = parsed("phq-9").by_link_id["69722-7"]

    assert [(option.code, option.ordinal) for option in difficulty.options] == [
        ("LA6572-7", 0),
        ("LA6573-5", 1),
        ("LA6575-0", 2),
        ("LA6574-3", 3),
    ]


def test_pcl5_is_whole():
    resource, questionnaire = read_resource("pcl-5"), parsed("pcl-5")
    items = list(questionnaire.questions())

    assert resource["code"] == [{"system": "http://loinc.org", "code": "101697-1"}]
    assert [item.prefix for item in items] == [f"{n}." for n in range(1, 21)]
    assert items[2].text.endswith("(as if you were actually back there reliving it)?")
    assert items[4].text.endswith("(for example, heart pounding, trouble breathing, sweating)?")
    assert "the world is completely dangerous)?" in items[8].text
    assert all([option.ordinal for option in item.options] == [0, 1, 2, 3, 4] for item in items)


def test_only_answers_about_safety_raise_an_alert():
    raising = {
        (slug, item.link_id): [option.code for option in item.options if option.safety]
        for slug in ALL
        for item in parsed(slug).questions()
        if any(option.safety for option in item.options)
    }

    assert raising == {
        ("health-and-safety", "safe-now"): ["no"],
        ("health-and-safety", "self-harm"): ["year", "month", "thoughts"],
        ("phq-9", "44260-8"): ["LA6569-3", "LA6570-1", "LA6571-9"],
    }


@pytest.mark.parametrize("slug", ["phq-9", "phq-2", "gad-7", "gad-2", "pcl-5"])
def test_the_catalogue_has_the_codes_of_the_files(slug):
    questionnaire = parsed(slug)
    loinc = INSTRUMENTS[questionnaire.instrument].loinc

    assert [code["code"] for code in read_resource(slug).get("code", [])] == [
        code for code in [loinc.panel] if code
    ]
    numbered = [item.code for item in questionnaire.questions() if item.prefix]
    assert loinc.items in ((), tuple(numbered))


def test_the_code_of_a_score_is_neither_its_panel_nor_an_item():
    assert {name: codes.score for name, codes in LOINC.items()} == {
        "PHQ-9": "44261-6",
        "PHQ-2": "55758-7",
        "GAD-7": "70274-6",
        "GAD-2": "",
        "PCL-5": "101698-9",
    }
    assert not INSTRUMENTS["C-SSRS screener"].loinc.panel

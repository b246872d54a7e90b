"""The timeline: months as people write them, begun from the intake once, and FHIR to take along."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from intake.earlier import NoMonth, Therapy, read_month
from intake.earlier_fhir import QUESTIONNAIRE, bundle
from intake.fhir.answers import Answer
from intake.fhir.extensions import IN_PERSON
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.questionnaire import Coded
from intake.models import EarlierTherapy
from intake.services import earlier_therapies, repetitions
from intake.services.answering import Change, save_answers
from intake.services.submitting import submit
from portal.shared.models import AuditEvent
from tests.factories.booking import ClientFactory
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        (" 2019 ", "2019"),
        ("2019-03", "2019-03"),
        ("3/2019", "2019-03"),
        ("March 2019", "2019-03"),
        ("sept. 2019", "2019-09"),
        ("2019, December", "2019-12"),
    ],
)
def test_a_year_or_a_month_is_read_as_people_write_it(typed, read):
    assert read_month(typed) == read


@pytest.mark.parametrize(
    "typed", ["spring", "13/2019", "1899", "2019 to 2020", "ma 3 2019", "19", "Marching 2019"]
)
def test_what_is_no_month_is_refused(typed):
    with pytest.raises(NoMonth):
        read_month(typed)


@pytest.mark.parametrize(
    ("therapy", "span"),
    [
        (Therapy(began="2019-03", ended="2021"), "March 2019 to 2021"),
        (Therapy(began="2019", ended="2019"), "2019"),
        (Therapy(began="2024", is_ongoing=True), "since 2024"),
        (Therapy(is_ongoing=True), "still going on"),
        (Therapy(ended="2020"), "until 2020"),
        (Therapy(began="2020"), "from 2020"),
        (Therapy(when_words="on and off since college"), "on and off since college"),
        (Therapy(), ""),
    ],
)
def test_its_time_in_words(therapy, span):
    assert therapy.span == span


def tell(intake, number: int, **told) -> None:
    """Answers of one repetition; names carry `_` where a linkId has `-`."""
    response = response_to(intake, "earlier-therapy")
    by_link_id = response.questionnaire.parsed.by_link_id
    items = {name: by_link_id[name.replace("_", "-")] for name in told}
    changes = [
        Change(
            item=item,
            given=Answer(
                tuple(Coded(word) if item.option(word) else word for word in told[name] or ()),
                in_person=told[name] is None,
            ),
            shown_revision=0,
            path=str(number),
        )
        for name, item in items.items()
    ]
    saved = save_answers(
        response=response, changes=changes, writer="w", by=intake.client.user, now=FILLED_AT
    )
    assert saved.problems == []


@pytest.fixture
def intake(db):
    intake = an_intake("earlier-therapy")
    response = response_to(intake, "earlier-therapy")
    answer(response, "before", "yes")
    tell(
        intake,
        1,
        with_whom=("psychologist", "group"),
        began=("3/2019",),
        ended=("2021",),
        therapy_helped=("Being asked.",),
        therapy_hurt=None,
        why_ended=("practical",),
    )
    group = response.questionnaire.parsed.by_link_id["therapy"]
    number = repetitions.add(
        response=response, group=group, path="", by=intake.client.user, now=FILLED_AT
    )
    tell(intake, number, with_whom=("An uncle who prays",), began=("as a child",))
    return intake


def rows(intake) -> list[Therapy]:
    return [row.therapy for row in EarlierTherapy.objects.of(intake.client).in_time()]


def test_what_the_intake_tells_becomes_the_timeline_when_it_is_sent(intake):
    submit(intake=intake, by=intake.client.user, now=FILLED_AT)

    assert rows(intake) == [
        Therapy(
            with_whom="A psychologist, A group",
            began="2019-03",
            ended="2021",
            helped="Being asked.",
            why_ended="Money, time or a move",
            in_person=("hurt",),
        ),
        Therapy(with_whom="An uncle who prays", when_words="as a child"),
    ]


def test_sent_again_it_changes_nothing_that_the_client_owns_by_now(intake):
    earlier_therapies.add_from_intake(intake=intake, now=FILLED_AT)
    first, second = EarlierTherapy.objects.of(intake.client).in_time()
    mine = Therapy(with_whom="Somebody kind")
    who = {"by": intake.client.user, "now": FILLED_AT}
    earlier_therapies.change(row=first, therapy=mine, **who)
    earlier_therapies.remove(row=second, **who)

    assert earlier_therapies.add_from_intake(intake=intake, now=FILLED_AT) == 0

    assert rows(intake) == [mine]
    second.refresh_from_db()
    assert second.told == {}
    assert list(
        AuditEvent.objects.filter(action__startswith="earlier_therapy.").values_list(
            "action", flat=True
        )
    ) == ["earlier_therapy.change", "earlier_therapy.remove"]


def test_the_first_time_in_therapy_makes_no_timeline(db):
    intake = an_intake("earlier-therapy")
    answer(response_to(intake, "earlier-therapy"), "before", "no")
    tell(intake, 1, with_whom=("group",))

    assert earlier_therapies.add_from_intake(intake=intake, now=FILLED_AT) == 0


def test_the_earliest_stands_first_and_what_has_no_time_last(db):
    client = ClientFactory()
    for began in ("2020-05", "", "2011", "2020"):
        earlier_therapies.add(
            client=client,
            therapy=Therapy(with_whom=began or "none", began=began),
            by=client.user,
            now=FILLED_AT,
        )

    found = [row.therapy.with_whom for row in EarlierTherapy.objects.of(client).in_time()]

    assert found == ["2011", "2020", "2020-05", "none"]


def test_the_database_holds_no_readable_word(db):
    client = ClientFactory()
    told = Therapy(with_whom="A group", hurt="He laughed.")
    earlier_therapies.add(client=client, therapy=told, by=client.user, now=FILLED_AT)

    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM intake_earliertherapy")
        (stored,) = cursor.fetchone()

    assert b"laughed" not in bytes(stored if isinstance(stored, bytes) else stored.encode())


THERAPIES = (
    Therapy(with_whom="A group", began="2019-03", ended="2021", helped="Being asked."),
    Therapy(is_ongoing=True, when_words="on and off", in_person=("hurt",)),
)


def test_fhir_is_valid_r4_and_keeps_every_word():
    resource = json.loads(json.dumps(bundle(THERAPIES, identifier=uuid4(), now=FILLED_AT)))

    model = Bundle.model_validate(resource)
    questionnaire, response = (entry.resource for entry in model.entry)
    assert isinstance(questionnaire, Questionnaire)
    assert isinstance(response, QuestionnaireResponse)
    assert response.questionnaire == f"{questionnaire.url}|{questionnaire.version}"
    first, second = resource["entry"][1]["resource"]["item"]
    assert [(item["linkId"], item["answer"]) for item in first["item"]] == [
        ("with-whom", [{"valueString": "A group"}]),
        ("began", [{"valueDate": "2019-03"}]),
        ("ended", [{"valueDate": "2021"}]),
        ("helped", [{"valueString": "Being asked."}]),
    ]
    assert [item["linkId"] for item in second["item"]] == ["is-ongoing", "when-words", "hurt"]
    assert second["item"][2]["extension"] == [{"url": IN_PERSON, "valueBoolean": True}]
    assert "answer" not in second["item"][2]


def test_an_empty_timeline_is_valid_too():
    Bundle.model_validate(bundle((), identifier=uuid4(), now=FILLED_AT))


def test_our_own_engine_reads_its_questionnaire():
    parsed = parse_questionnaire(
        {**QUESTIONNAIRE, "item": [{"linkId": "all", "type": "group", "text": "All",
                                    "item": QUESTIONNAIRE["item"]}]}
    )  # fmt: skip

    assert [item.link_id for item in parsed.questions()][:3] == ["with-whom", "began", "ended"]

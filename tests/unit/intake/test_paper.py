"""A part typed in from paper: noted for good, alerts as always, scored, read and exported so."""

from datetime import date, timedelta
from typing import Any

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as Resource

from intake.export.people import patient
from intake.export.responses import response as exported
from intake.from_paper import Typed, fhir_fields, how_it_came
from intake.models import Intake, PacketCopy, PaperSource, SafetyAlert, Score
from intake.services import paper
from intake.services.answer_rows import AlreadySent
from intake.services.packets import contents_of
from portal.shared.models import AuditEvent
from tests.factories.booking import NEW_YORK
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to
from tests.factories.packets import PHQ_CODES, PHQ_ITEMS

pytestmark = pytest.mark.django_db
ON_SHEET = date(2026, 12, 30)


@pytest.fixture
def intake() -> Intake:
    intake = an_intake("what-brings-you", "phq-9")
    practitioner = intake.appointment.practitioner
    practitioner.name = "Dr. Rivera"
    practitioner.save(update_fields=["name"])
    return intake


def by(intake: Intake) -> Any:
    return intake.appointment.practitioner.user


def begun(intake: Intake, slug: str = "phq-9", written_on: date | None = ON_SHEET) -> PaperSource:
    return paper.begin(
        response=response_to(intake, slug),
        written_on=written_on,
        by=by(intake),
        now=FILLED_AT,
        zone=NEW_YORK,
    )


def typed(intake: Intake, points: int = 1) -> None:
    for link_id in PHQ_ITEMS:
        answer(response_to(intake, "phq-9"), link_id, PHQ_CODES[points], by=by(intake))


def test_it_says_from_the_first_letter_on_that_it_comes_from_paper(intake: Intake) -> None:
    row = begun(intake)

    told = how_it_came(row.response, NEW_YORK)

    assert told == Typed(False, "On paper on December 30, 2026; being typed in by Dr. Rivera")
    event = AuditEvent.objects.get(action="intake.paper.begin")
    assert (event.actor_id, event.client_id) == (by(intake).pk, intake.client.pk)


@pytest.mark.parametrize("day", [date(2027, 1, 2), date(1989, 12, 31)])
def test_a_day_that_can_not_be_is_refused(intake: Intake, day: date) -> None:
    with pytest.raises(paper.NotThatDay):
        begun(intake, written_on=day)
    assert not PaperSource.objects.exists()


def test_beginning_again_puts_the_day_right(intake: Intake) -> None:
    begun(intake)
    row = begun(intake, written_on=date(2026, 12, 31))

    assert PaperSource.objects.get() == row
    assert row.written_on == date(2026, 12, 31)
    assert row.begun_at == FILLED_AT


def test_an_answer_that_is_typed_in_raises_an_alert(intake: Intake) -> None:
    begun(intake)
    typed(intake)

    alert = SafetyAlert.objects.get()
    assert (alert.client, alert.link_id) == (intake.client, PHQ_ITEMS[8])


def test_finishing_closes_and_scores_this_part_alone(intake: Intake) -> None:
    row = begun(intake)
    typed(intake)

    paper.finish(paper=row, by=by(intake), now=FILLED_AT + timedelta(hours=1))

    phq9, brings = response_to(intake, "phq-9"), response_to(intake, "what-brings-you")
    assert (phq9.is_open, brings.is_open) == (False, True)
    assert Score.objects.get().result["total"] == 9
    told = how_it_came(phq9, NEW_YORK)
    assert told == Typed(
        True,
        "Filled in on paper on December 30, 2026; typed in on January 1, 2027 by Dr. Rivera",
    )
    with pytest.raises(AlreadySent):
        paper.finish(paper=row, by=by(intake), now=FILLED_AT)


def test_blanks_on_the_sheet_stay_blank(intake: Intake) -> None:
    row = begun(intake)
    answer(row.response, PHQ_ITEMS[0], PHQ_CODES[3], by=by(intake))

    paper.finish(paper=row, by=by(intake), now=FILLED_AT)

    assert Score.objects.get().result["total"] is None


def test_two_versions_keep_it_open(intake: Intake) -> None:
    row = begun(intake)
    answer(row.response, PHQ_ITEMS[0], PHQ_CODES[0])
    answer(row.response, PHQ_ITEMS[0], PHQ_CODES[3], shown_revision=0, writer="w2", by=by(intake))

    with pytest.raises(paper.TwoVersions):
        paper.finish(paper=row, by=by(intake), now=FILLED_AT)


def test_the_last_part_completes_the_intake(intake: Intake) -> None:
    for slug in ("what-brings-you", "phq-9"):
        paper.finish(paper=begun(intake, slug), by=by(intake), now=FILLED_AT)

    intake.refresh_from_db()
    assert (intake.completed_at, intake.packet_version) == (FILLED_AT, 1)


def test_the_packet_and_the_export_say_so(intake: Intake) -> None:
    row = begun(intake)
    typed(intake)
    paper.finish(paper=row, by=by(intake), now=FILLED_AT)
    words = "Filled in on paper on December 30, 2026; typed in on January 1, 2027 by Dr. Rivera"

    contents = contents_of(intake, copy=PacketCopy.CLIENT, zone=NEW_YORK)
    assert [words in part.subtitle for part in contents.parts] == [False, True]

    resource = exported(response_to(intake, "phq-9"), patient=patient(intake.client))
    assert resource["author"] == {"type": "Practitioner", "display": "Dr. Rivera"}
    assert resource["source"] == resource["subject"]
    [extension] = resource["extension"]
    assert {part["url"] for part in extension["extension"]} == {"begun", "writtenOn", "finished"}
    Resource.model_validate(resource)


def test_what_came_by_the_portal_says_nothing(intake: Intake) -> None:
    response = response_to(intake, "phq-9")

    assert how_it_came(response, NEW_YORK) is None
    assert fhir_fields(response) == {}

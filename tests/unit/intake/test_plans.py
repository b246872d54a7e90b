"""What a session type asks for: the order, both ends, who may not be asked, and old intakes."""

from datetime import timedelta

import pytest

from intake.models import ClinicianOnly, IntakePlan
from intake.services.intakes import open_for_appointment
from intake.services.plan_reading import newest_versions, read_plan
from intake.services.plans import (
    AlreadyThere,
    NotPublished,
    NotThere,
    PlanPart,
    add_to_plan,
    move_in_plan,
    take_out_of_plan,
)
from intake.services.shelf import retire, shelf, take_up
from portal.shared.models import AuditEvent
from tests.factories.booking import an_appointment
from tests.factories.instruments import a_completed_pack
from tests.factories.intake import FILLED_AT, an_intake, response_to

pytestmark = pytest.mark.django_db
PART = PlanPart.QUESTIONNAIRES
LATER = FILLED_AT + timedelta(days=1)


@pytest.fixture
def intake():
    return an_intake("about-you", "phq-9", "gad-7")


@pytest.fixture
def kind(intake):
    return intake.appointment.session_type


@pytest.fixture
def act(kind):
    return {"session_type": kind, "part": PART, "by": kind.practitioner.user, "now": FILLED_AT}


def asked(kind):
    return IntakePlan.objects.get(session_type=kind).questionnaires


def next_intake(intake):
    later = an_appointment(
        session_type=intake.appointment.session_type,
        practitioner=intake.appointment.practitioner,
        client=intake.client,
        starts_at=intake.appointment.starts_at + timedelta(days=7),
    )
    return open_for_appointment(appointment=later, by=None, now=LATER)


def parts_of(intake):
    return [response.questionnaire.slug for response in intake.responses.all()]


@pytest.mark.parametrize(
    ("slug", "steps", "order"),
    [
        ("gad-7", -1, ["about-you", "gad-7", "phq-9"]),
        ("about-you", 1, ["phq-9", "about-you", "gad-7"]),
        ("about-you", -1, ["about-you", "phq-9", "gad-7"]),
        ("gad-7", 5, ["about-you", "phq-9", "gad-7"]),
        ("gad-7", -5, ["gad-7", "about-you", "phq-9"]),
    ],
)
def test_an_entry_moves_and_stops_at_either_end(kind, act, slug, steps, order):
    move_in_plan(slug=slug, steps=steps, **act)

    assert asked(kind) == order


def test_an_entry_is_added_last_and_taken_out(kind, act):
    add_to_plan(slug="phq-2", **act)
    take_out_of_plan(slug="phq-9", **act)

    assert asked(kind) == ["about-you", "gad-7", "phq-2"]
    events = AuditEvent.objects.filter(action="intake_plan.change")
    assert [event.detail for event in events] == [{"added": "phq-2"}, {"taken_out": "phq-9"}]


def test_a_session_type_without_a_plan_gets_one(kind, act):
    IntakePlan.objects.all().delete()

    add_to_plan(slug="phq-2", **act)

    assert asked(kind) == ["phq-2"]


def test_what_does_not_fit_changes_nothing(kind, act):
    a_completed_pack("c-ssrs", by=act["by"])
    for slug, refusal in [("c-ssrs", ClinicianOnly), ("gad-7", AlreadyThere), ("no", NotPublished)]:
        with pytest.raises(refusal):
            add_to_plan(slug=slug, **act)
    with pytest.raises(NotThere):
        move_in_plan(slug="phq-2", steps=1, **act)
    with pytest.raises(NotThere):
        take_out_of_plan(slug="phq-2", **act)

    assert asked(kind) == ["about-you", "phq-9", "gad-7"]


def test_open_intakes_keep_their_parts_and_new_ones_follow_the_plan(intake, kind, act):
    take_out_of_plan(slug="gad-7", **act)
    move_in_plan(slug="phq-9", steps=-1, **act)

    assert parts_of(next_intake(intake)) == ["phq-9", "about-you"]
    assert parts_of(intake) == ["about-you", "phq-9", "gad-7"]


def test_what_is_retired_is_asked_in_no_new_intake_until_it_is_taken_up(intake, kind, act):
    row = response_to(intake, "phq-9").questionnaire
    by = {"questionnaire": row, "by": act["by"], "now": FILLED_AT}

    retire(**by)
    retire(**by)

    plans = IntakePlan.objects.select_related("session_type")
    state = {one.questionnaire.slug: one.state for one in shelf(plans)}
    assert (state["phq-9"], state["gad-7"], state["phq-2"]) == ("Retired", "In use", "Ready")
    assert shelf(plans)[-1].questionnaire == row
    assert parts_of(next_intake(intake)) == ["about-you", "gad-7"]
    assert parts_of(intake) == ["about-you", "phq-9", "gad-7"]
    take_up(**by)
    assert AuditEvent.objects.filter(action="questionnaire.retire").count() == 1
    assert {one.state for one in shelf(plans)} == {"In use", "Ready"}


def test_the_whole_intake_is_told_in_minutes(kind):
    plan = IntakePlan.objects.get(session_type=kind)

    read = read_plan(kind, plan, newest_versions())

    gad_7 = read.questionnaires[2]
    assert (gad_7.title, gad_7.minutes, gad_7.is_last) == (gad_7.row.title, 2, True)
    assert read.minutes == -(-sum(one.seconds for one in read.questionnaires) // 60)
    assert read.open_intakes == 1


def test_a_retired_part_takes_no_minutes(intake, kind, act):
    row = response_to(intake, "gad-7").questionnaire
    retire(questionnaire=row, by=act["by"], now=FILLED_AT)

    read = read_plan(kind, IntakePlan.objects.get(session_type=kind), newest_versions())

    assert read.questionnaires[2].minutes == 0
    assert read.questionnaires[2].is_retired

"""Forms that come again: opened by the outbox, sent, put off, withdrawn, or lapsed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

import intake.tasks  # noqa: F401 - registers the effects
from accounts.models import Practice
from intake.measure_days import Rhythm
from intake.models import (
    Measure,
    MeasurePlan,
    MeasureState,
    PlanState,
    QuestionnaireResponse,
    ResponseStatus,
    SafetyAlert,
    Score,
)
from intake.services import measure_plans, measures, shelf
from intake.services.answer_rows import AlreadySent
from portal.shared import outbox
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import NEW_YORK, NOW, new_york
from tests.factories.instruments import a_completed_pack
from tests.factories.measures import TODAY, a_pair, a_plan, a_sent_form, an_open_form, fill_in

pytestmark = pytest.mark.django_db
KINDS = ("open_measure", "lapse_measure")


def run_until(moment, *, clock=None):
    """Do what is due until then, each at its time, or all of it at `clock`."""
    while entry := outbox.due(moment).filter(kind__in=KINDS).first():
        outbox.run(entry.pk, clock=lambda due=entry.due_at: clock or due)


def states(plan):
    return [(one.due_on, one.state) for one in plan.measures.order_by("due_on")]


def test_a_form_that_is_due_opens_at_once_with_a_mail_that_does_not_name_it():
    measure = an_open_form()

    mail = MailMessage.objects.get(subject="A short form is open for you")
    assert mail.to == measure.plan.client.email
    said = f"{mail.subject} {mail.text} {mail.html}"
    assert [word for word in ("PHQ", "two weeks", "Ada", "how you have been") if word in said] == []
    assert measure.response.client == measure.plan.client
    assert (measure.response.intake, measure.is_open) == (None, True)
    assert measure.lapses_at == new_york(date(2027, 1, 15), "09:00")


def test_it_comes_again_every_other_week_at_nine_over_a_change_of_clocks():
    plan = a_plan(rhythm=Rhythm(TODAY, 2, date(2027, 4, 1)))

    run_until(NOW + timedelta(days=120))

    opened = [one.opened_at.astimezone(NEW_YORK) for one in plan.measures.order_by("due_on")]
    assert [f"{at:%m-%d %H:%M}" for at in opened] == [
        "01-01 10:00",
        "01-15 09:00",
        "01-29 09:00",
        "02-12 09:00",
        "02-26 09:00",
        "03-12 09:00",
        "03-26 09:00",
    ]
    assert {state for _, state in states(plan)} == {MeasureState.LAPSED}
    plan.refresh_from_db()
    assert plan.state == PlanState.ENDED


def test_what_is_not_filled_in_lapses_when_the_next_is_due():
    plan = a_plan()
    first = plan.measures.get()

    run_until(new_york(date(2027, 1, 15), "09:00"))

    first.response.refresh_from_db()
    assert states(plan) == [(TODAY, "lapsed"), (date(2027, 1, 15), "open")]
    assert first.response.status == ResponseStatus.STOPPED
    with pytest.raises(AlreadySent):
        fill_in(first, 1)


def test_a_form_that_is_asked_for_once_stays_four_weeks():
    plan = a_plan(rhythm=Rhythm(TODAY))

    run_until(NOW + timedelta(days=27))
    assert states(plan) == [(TODAY, "open")]
    run_until(NOW + timedelta(days=29))
    assert states(plan) == [(TODAY, "lapsed")]
    assert plan.state == PlanState.ENDED


def test_after_a_long_standstill_one_form_opens_and_not_one_for_each_time():
    plan = a_plan()

    late = new_york(date(2027, 3, 1), "12:00")
    run_until(late, clock=late)

    assert states(plan) == [(TODAY, "lapsed"), (date(2027, 2, 26), "open")]


def test_a_worker_that_comes_in_the_night_waits_for_the_morning():
    plan = a_plan()
    night = new_york(date(2027, 1, 15), "23:30")
    entry = OutboxEntry.objects.get(kind="open_measure")

    outbox.run(entry.pk, clock=lambda: night)

    entry.refresh_from_db()
    assert plan.measures.count() == 1
    assert entry.due_at == new_york(date(2027, 1, 16), "08:00")


def test_asked_for_in_the_night_it_opens_in_the_morning():
    plan = a_plan(now=new_york(TODAY, "22:00"))

    assert not plan.measures.exists()
    entry = OutboxEntry.objects.get(kind="open_measure")
    assert entry.due_at == new_york(date(2027, 1, 2), "08:00")


def test_the_same_effect_twice_opens_one_form():
    plan = a_plan()
    (entry,) = OutboxEntry.objects.filter(kind="open_measure")
    due = date.fromordinal(entry.payload["due_on"])

    for _ in range(2):
        measure_plans.open_due(plan_id=plan.pk, turn=1, due_on=due, now=entry.due_at)

    assert plan.measures.count() == 2
    assert MailMessage.objects.filter(subject=measures.SUBJECT).count() == 2


def test_paused_nothing_opens_and_it_goes_on_from_its_next_day():
    plan = a_plan()
    therapist = plan.created_by

    measure_plans.pause(plan=plan, by=therapist, now=NOW)
    run_until(NOW + timedelta(days=30))
    assert plan.measures.count() == 1
    measure_plans.go_on(plan=plan, by=therapist, now=NOW + timedelta(days=30))
    run_until(NOW + timedelta(days=44))

    assert states(plan)[1:] == [(date(2027, 2, 12), "open")]
    with pytest.raises(measure_plans.WrongState):
        measure_plans.go_on(plan=plan, by=therapist, now=NOW)


def test_ended_nothing_opens_and_the_open_form_stays():
    plan = a_plan()

    measure_plans.end(plan=plan, by=plan.created_by, now=NOW)
    run_until(NOW + timedelta(days=10))

    assert states(plan) == [(TODAY, "open")]
    assert a_plan(pair=(plan.client, plan.practitioner)).pk != plan.pk


def test_not_now_is_an_answer_and_can_be_taken_back():
    measure = an_open_form()
    client = measure.plan.client.user
    fill_in(measure, 1, 2)

    measures.decline(measure=measure, by=client, now=NOW)
    with pytest.raises(AlreadySent):
        fill_in(measure, 0)
    with pytest.raises(measures.NotOpen):
        measures.send(measure=measure, by=client, now=NOW)
    measures.take_up(measure=measure, by=client, now=NOW)

    measure.refresh_from_db()
    assert (measure.is_open, measure.response.answers.count()) == (True, 2)
    measures.send(measure=measure, by=client, now=NOW)


def test_what_was_put_off_can_not_be_taken_up_when_its_time_is_over():
    measure = an_open_form()
    client = measure.plan.client.user
    measures.decline(measure=measure, by=client, now=NOW)

    with pytest.raises(measures.NotOpen):
        measures.take_up(measure=measure, by=client, now=measure.lapses_at)


def test_withdrawn_it_is_closed():
    measure = an_open_form()

    measures.withdraw(measure=measure, by=measure.plan.created_by, now=NOW)

    measure.refresh_from_db()
    assert (measure.state, measure.settled_at) == (MeasureState.WITHDRAWN, NOW)
    with pytest.raises(measures.NotOpen):
        measures.withdraw(measure=measure, by=measure.plan.created_by, now=NOW)


def test_sent_it_has_its_score():
    pair = a_pair()

    measure = a_sent_form(1, 1, 1, 1, 1, 1, 1, 1, 0, pair=pair)

    score = Score.objects.get()
    assert score.response == measure.response
    assert (score.result["total"], score.result["band"]) == (8, "mild (5-9)")
    assert (measure.state, measure.settled_at) == (MeasureState.SENT, NOW)
    assert measure.response.status == ResponseStatus.COMPLETED


def test_a_blank_makes_it_incomplete_and_nothing_is_refused():
    a_sent_form(1, None, 1, pair=a_pair())

    score = Score.objects.get()
    assert (score.result["complete"], score.result["band"]) == (False, None)


def test_danger_is_acted_on_when_it_is_saved():
    measure = an_open_form()

    fill_in(measure, 0, 0, 0, 0, 0, 0, 0, 0, 1)

    alert = SafetyAlert.objects.get()
    assert (alert.client, alert.practitioner) == (measure.plan.client, measure.plan.practitioner)
    assert measure.is_open
    assert MailMessage.objects.filter(subject__startswith="Something in the portal").count() == 1


def test_one_form_of_a_kind_is_open_at_a_time():
    pair = a_pair()
    regular = a_plan(pair=pair)

    once = a_plan(rhythm=Rhythm(TODAY), pair=pair)

    assert states(regular) == [(TODAY, "lapsed")]
    assert states(once) == [(TODAY, "open")]


def test_it_repeats_once_for_each_client():
    pair = a_pair()
    a_plan(pair=pair)

    with pytest.raises(measure_plans.AlreadyPlanned):
        a_plan(pair=pair)
    with pytest.raises(IntegrityError):
        MeasurePlan.objects.create(
            client=pair[0],
            practitioner=pair[1],
            slug="phq-9",
            every_weeks=4,
            starts_on=TODAY,
            created_by=pair[1].user,
        )


def test_who_has_no_account_is_asked_for_nothing():
    client, practitioner = a_pair()
    client.user = None
    client.save(update_fields=["user"])

    with pytest.raises(measure_plans.NoAccount):
        a_plan(pair=(client, practitioner))


def test_what_is_retired_or_for_a_clinician_alone_is_not_offered():
    pair = a_pair()
    a_plan(pair=pair)
    screener = a_completed_pack("c-ssrs", by=pair[1].user)
    retired = next(row for row in measure_plans.offered() if row.slug == "gad-7")
    shelf.retire(questionnaire=retired, by=pair[1].user, now=NOW)

    slugs = {row.slug for row in measure_plans.offered()}
    assert {screener.slug, "gad-7"} & slugs == set()
    with pytest.raises(measure_plans.NotOffered):
        a_plan("gad-7", pair=pair)


def test_retired_in_the_meantime_it_is_left_out_and_the_days_go_on():
    plan = a_plan()
    questionnaire = plan.measures.get().response.questionnaire
    shelf.retire(questionnaire=questionnaire, by=plan.created_by, now=NOW)

    run_until(NOW + timedelta(days=16))
    shelf.take_up(questionnaire=questionnaire, by=plan.created_by, now=NOW)
    run_until(NOW + timedelta(days=30))

    assert states(plan) == [(TODAY, "lapsed"), (date(2027, 1, 29), "open")]


def test_the_audit_has_all_of_it():
    measure = an_open_form()
    client, therapist = measure.plan.client.user, measure.plan.created_by
    measures.decline(measure=measure, by=client, now=NOW)
    measures.take_up(measure=measure, by=client, now=NOW)
    measures.send(measure=measure, by=client, now=NOW)
    measure_plans.pause(plan=measure.plan, by=therapist, now=NOW)

    events = AuditEvent.objects.filter(action__startswith="measure").order_by("sequence")
    assert [event.action for event in events] == [
        "measure_plan.create",
        "measure.open",
        "measure.decline",
        "measure.take_up",
        "measure.submit",
        "measure_plan.pause",
    ]
    assert {event.client_id for event in events} == {measure.plan.client_id}
    assert "phq" not in str([event.detail for event in events]).casefold()


def test_a_response_has_a_client_even_without_an_intake():
    questionnaire = an_open_form().response.questionnaire

    with pytest.raises(IntegrityError):
        QuestionnaireResponse.objects.create(client=None, questionnaire=questionnaire)


def test_next_day_for_the_page():
    plan = a_plan()

    assert measure_plans.next_due(plan, NOW) == date(2027, 1, 15)
    ended = a_plan("gad-7", rhythm=Rhythm(TODAY), pair=(plan.client, plan.practitioner))
    assert measure_plans.next_due(ended, NOW) is None
    early = datetime(2027, 1, 15, 10, tzinfo=UTC)
    assert measure_plans.next_due(plan, early) == date(2027, 1, 15)
    assert Practice.get().zone == NEW_YORK
    assert Measure.objects.count() == 2

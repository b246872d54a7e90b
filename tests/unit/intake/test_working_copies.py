"""Writing a questionnaire: what is kept, what is taken back, which answers keep which version."""

from datetime import timedelta

import pytest

from intake.fhir import arranging
from intake.fhir.findings import UnreadableQuestionnaire
from intake.fhir.kinds import Kind
from intake.models import IntakePlan, Questionnaire, WorkingCopy, WorkingCopyStep
from intake.services import working_copies
from intake.services.intakes import open_for_appointment
from intake.services.working_copies import (
    ChangedMeanwhile,
    Head,
    NothingToUndo,
    NotToBeEdited,
    begin,
    change,
    copy_version,
    free_slug,
    open_version,
    publish,
    taken_link_ids,
    undo,
)
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.booking import MONDAY, NOW, an_appointment, new_york
from tests.factories.fhir_files import item
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
WELL = item("well", "boolean", "Do you sleep well?")


@pytest.fixture
def user():
    return UserFactory(role="therapist")


def a_copy(user, *items):
    copy = begin(head=Head("Nights", "", False), by=user, now=NOW)
    told = {**copy.resource, "item": [item("all", "group", "All", item=list(items))]}
    return change(copy=copy, edit=lambda _: told, said="Begun", by=user, now=NOW)


def add(copy, user, words, now=NOW):
    def edit(resource):
        added = arranging.add(
            resource, kind=Kind.SHORT, text=words, into="all", taken=taken_link_ids(copy)
        )
        return added.resource

    return change(copy=copy, edit=edit, said=f"Added {words}", by=user, now=now)


def published(copy, user):
    return publish(copy=copy, revision=copy.revision, by=user, now=NOW).questionnaire


def test_every_act_is_a_revision_that_can_be_taken_back(user):
    copy = a_copy(user, WELL)
    later = NOW + timedelta(minutes=5)
    for number in range(30):
        copy = add(copy, user, f"Question {number}?", later)
    assert (copy.revision, copy.changed_at) == (32, later)

    for number in reversed(range(5, 30)):
        said = undo(copy=copy, revision=copy.revision, by=user, now=NOW)
        assert said == f"Added Question {number}?"
        copy.refresh_from_db()

    links = [one["linkId"] for one in copy.resource["item"][0]["item"]]
    assert links == ["well", *(f"question-{number}" for number in range(5))]
    assert copy.revision == 57


def test_the_last_forty_acts_are_kept_also_after_taking_back(user):
    copy = a_copy(user, WELL)
    for number in range(45):
        copy = add(copy, user, f"Question {number}?")
    assert copy.steps.count() == 40
    for _ in range(10):
        undo(copy=copy, revision=copy.revision, by=user, now=NOW)
        copy.refresh_from_db()
    copy = add(copy, user, "One more?")
    assert copy.steps.count() == 31


def test_an_act_that_changes_nothing_is_none(user):
    copy = a_copy(user, WELL)

    same = change(copy=copy, edit=dict, said="Nothing", by=user, now=NOW)

    assert same.revision == copy.revision
    assert WorkingCopyStep.objects.count() == 1


def test_another_windows_act_is_not_taken_back(user):
    copy = a_copy(user, WELL)
    add(copy, user, "From the other window?")

    with pytest.raises(ChangedMeanwhile):
        undo(copy=copy, revision=copy.revision, by=user, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        publish(copy=copy, revision=copy.revision, by=user, now=NOW)


def test_before_the_first_act_there_is_nothing_to_take_back(user):
    copy = begin(head=Head("Nights", "", False), by=user, now=NOW)

    with pytest.raises(NothingToUndo):
        undo(copy=copy, revision=1, by=user, now=NOW)


def test_a_copy_that_pages_could_not_show_is_not_kept(user):
    copy = a_copy(user, WELL)
    deep = WELL
    for number in range(70):
        deep = item(f"g{number}", "group", "Deeper", item=[deep])

    with pytest.raises(UnreadableQuestionnaire):
        change(copy=copy, edit=lambda told: {**told, "item": [deep]}, said="Deep", by=user, now=NOW)
    copy.refresh_from_db()
    assert copy.revision == 2


def test_a_link_id_of_an_earlier_version_never_stands_for_another_question(user):
    copy = add(a_copy(user, WELL), user, "How long?")
    first = published(copy, user)
    copy = open_version(questionnaire=first, by=user, now=NOW)
    copy = change(
        copy=copy,
        edit=lambda told: arranging.remove(told, "how-long").resource,
        said="Removed",
        by=user,
        now=NOW,
    )
    copy = add(copy, user, "How long?")

    links = [one["linkId"] for one in copy.resource["item"][0]["item"]]
    assert links == ["well", "how-long-2"]


def test_ids_stay_whatever_the_words_become(user):
    first = published(add(a_copy(user, WELL), user, "How long do you sleep?"), user)
    copy = open_version(questionnaire=first, by=user, now=NOW)
    reworded = {**copy.resource["item"][0]}
    reworded["item"] = [{**one, "text": f"{one['text']}!"} for one in reworded["item"]]
    copy = change(
        copy=copy,
        edit=lambda told: {**told, "item": [reworded]},
        said="Reworded",
        by=user,
        now=NOW,
    )

    second = published(copy, user)

    assert list(second.parsed.by_link_id) == list(first.parsed.by_link_id)


def opened_at(clock, kind):
    appointment = an_appointment(kind, new_york(MONDAY, clock))
    return open_for_appointment(appointment=appointment, by=None, now=NOW)


def test_open_responses_keep_their_version_and_new_intakes_ask_the_new_one(user):
    opened = an_intake("about-you")
    first = published(a_copy(user, WELL), user)
    kind = opened.appointment.session_type
    IntakePlan.objects.filter(session_type=kind).update(questionnaires=[first.slug])
    before = opened_at("12:00", kind)

    copy = add(open_version(questionnaire=first, by=user, now=NOW), user, "Since when?")
    second = published(copy, user)

    after = opened_at("16:00", kind)
    assert (second.slug, second.version) == (first.slug, 2)
    assert [one.questionnaire for one in before.responses.all()] == [first]
    assert [one.questionnaire for one in after.responses.all()] == [second]
    assert list(before.responses.get().questionnaire.parsed.by_link_id) == ["all", "well"]


def test_one_copy_for_one_questionnaire(user):
    first = published(a_copy(user, WELL), user)

    one = open_version(questionnaire=first, by=user, now=NOW)
    assert open_version(questionnaire=first, by=user, now=NOW) == one
    assert WorkingCopy.objects.count() == 1


def test_going_back_to_an_older_version_is_an_act_that_can_be_taken_back(user):
    first = published(a_copy(user, WELL), user)
    second = published(add(open_version(questionnaire=first, by=user, now=NOW), user, "B?"), user)
    copy = add(open_version(questionnaire=second, by=user, now=NOW), user, "C?")

    copy = open_version(questionnaire=first, by=user, now=NOW)
    assert copy.resource == first.resource
    assert undo(copy=copy, revision=copy.revision, by=user, now=NOW) == "Went back to version 1"
    copy.refresh_from_db()
    assert "c" in str(copy.resource["item"])
    assert AuditEvent.objects.filter(action="working_copy.restore").count() == 1


def test_what_came_with_the_portal_is_not_edited_and_instruments_are_not_copied(user):
    an_intake("about-you", "phq-9")
    ours, phq = (Questionnaire.objects.get(slug=slug) for slug in ("about-you", "phq-9"))

    with pytest.raises(NotToBeEdited):
        open_version(questionnaire=ours, by=user, now=NOW)
    with pytest.raises(NotToBeEdited):
        copy_version(questionnaire=phq, by=user, now=NOW)
    copy = copy_version(questionnaire=ours, by=user, now=NOW)
    assert copy.resource["item"] == ours.resource["item"]
    assert copy.resource["url"] == f"{working_copies.WRITTEN_HERE}about-you-our-own"


def test_slugs_are_new(user):
    begin(head=Head("About you", "", False), by=user, now=NOW)

    assert WorkingCopy.objects.get().slug == "about-you-questionnaire"
    assert free_slug("About you") == "about-you-questionnaire-2"
    assert free_slug("你好") == "questionnaire"


def test_beginning_and_publishing_are_in_the_audit(user):
    published(a_copy(user, WELL), user)

    told = AuditEvent.objects.order_by("sequence").values_list("action", "actor_id")
    assert list(told) == [
        ("working_copy.begin", user.pk),
        ("questionnaire.publish", user.pk),
        ("working_copy.publish", user.pk),
    ]

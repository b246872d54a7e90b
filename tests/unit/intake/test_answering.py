"""Answers are kept as they come, and two windows never overwrite each other."""

import pytest

from intake.fhir.answers import Answer
from intake.models import AnswerRevision, ResponseStatus, SafetyAlert
from intake.services.answer_rows import AlreadySent
from intake.services.answering import NoSuchVersion, keep_version
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.intake import FILLED_AT, an_intake, answer, response_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def brings():
    return response_to(an_intake("what-brings-you"), "what-brings-you")


def given(response, link_id):
    return response_to(response.intake, response.questionnaire.slug).given().get(link_id)


def versions(response, link_id):
    row = response.answers.get(link_id=link_id)
    return [
        *(
            revision.value
            for revision in AnswerRevision.objects.filter(answer=row).order_by("revision")
        ),
        row.value,
    ]


def test_an_answer_is_kept_and_what_it_was_before_too(brings):
    answer(brings, "reason", "First words")
    answer(brings, "reason", "Better words")

    assert given(brings, "reason") == Answer(("Better words",))
    assert brings.answers.get(link_id="reason").revision == 2
    assert versions(brings, "reason") == [["First words"], ["Better words"]]


def test_clearing_an_answer_keeps_the_earlier_one(brings):
    answer(brings, "reason", "First words")
    answer(brings, "reason", None)

    assert given(brings, "reason") == Answer()
    assert versions(brings, "reason") == [["First words"], []]


def test_the_same_answer_again_changes_nothing(brings):
    answer(brings, "reason", "First words")

    saved = answer(brings, "reason", "First words")

    assert (saved.applied, saved.rivals) == ([], [])
    assert brings.answers.get(link_id="reason").revision == 1
    assert AuditEvent.objects.filter(action="intake.answers.save").count() == 1


def test_a_window_that_shows_an_old_answer_and_leaves_it_changes_nothing(brings):
    answer(brings, "reason", "Old", writer="one")
    answer(brings, "reason", "New", writer="two")

    saved = answer(brings, "reason", "Old", shown_revision=1, writer="one")

    assert (saved.applied, saved.rivals) == ([], [])
    assert given(brings, "reason") == Answer(("New",))


def test_two_different_answers_from_two_windows_are_both_kept(brings):
    answer(brings, "reason", "From the phone", shown_revision=0, writer="phone")

    saved = answer(brings, "reason", "From the laptop", shown_revision=0, writer="laptop")

    row = brings.answers.get(link_id="reason")
    assert saved.rivals == ["reason"]
    assert row.value == ["From the phone"]
    assert [rival["values"] for rival in row.rivals] == [["From the laptop"]]


def test_a_window_that_types_on_replaces_its_own_version_only(brings):
    answer(brings, "reason", "From the phone", shown_revision=0, writer="phone")
    answer(brings, "reason", "From the lap", shown_revision=0, writer="laptop")
    answer(brings, "reason", "From the tablet", shown_revision=0, writer="tablet")
    answer(brings, "reason", "From the laptop", shown_revision=0, writer="laptop")

    rivals = brings.answers.get(link_id="reason").rivals
    assert [rival["values"] for rival in rivals] == [["From the tablet"], ["From the laptop"]]


def test_a_window_that_lost_the_reply_to_its_own_save_is_no_rival(brings):
    answer(brings, "reason", "I", shown_revision=0, writer="one")

    saved = answer(brings, "reason", "I would", shown_revision=0, writer="one")

    assert (saved.applied, saved.rivals) == (["reason"], [])
    assert given(brings, "reason") == Answer(("I would",))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("current", "From the phone"),
        ("0", "From the laptop"),
        ("both", "From the phone\n\nFrom the laptop"),
    ],
)
def test_choosing_between_two_versions_loses_neither(brings, choice, expected):
    answer(brings, "reason", "From the phone", shown_revision=0, writer="phone")
    answer(brings, "reason", "From the laptop", shown_revision=0, writer="laptop")

    choose(brings, "reason", choice)

    assert given(brings, "reason") == Answer((expected,))
    assert brings.answers.get(link_id="reason").rivals is None
    kept = versions(brings, "reason")
    assert ["From the phone"] in kept
    assert ["From the laptop"] in kept


def choose(response, link_id, choice):
    keep_version(
        response=response,
        item=response.questionnaire.parsed.by_link_id[link_id],
        choice=choice,
        writer="phone",
        by=response.intake.client.user,
        now=FILLED_AT,
    )


def test_both_is_for_words_only(brings):
    answer(brings, "since", "weeks", shown_revision=0, writer="phone")
    answer(brings, "since", "years", shown_revision=0, writer="laptop")

    with pytest.raises(NoSuchVersion):
        choose(brings, "since", "both")


def test_there_is_nothing_to_choose_without_a_second_version(brings):
    answer(brings, "reason", "Only one")

    with pytest.raises(NoSuchVersion):
        choose(brings, "reason", "0")


def test_what_can_not_be_kept_is_said_and_nothing_is_written(brings):
    saved = answer(brings, "since", "a while")

    assert [problem.message for problem in saved.problems] == [
        "Please choose one of the answers shown."
    ]
    assert not brings.answers.exists()


def test_in_person_is_kept_beside_words_and_alone(brings):
    answer(brings, "reason", None, in_person=True)
    answer(brings, "hardest", "At night", in_person=True)

    assert given(brings, "reason") == Answer(in_person=True)
    assert given(brings, "hardest") == Answer(("At night",), in_person=True)


def test_sent_answers_do_not_change(brings):
    brings.status, brings.submitted_at = ResponseStatus.COMPLETED, FILLED_AT
    brings.save()

    with pytest.raises(AlreadySent):
        answer(brings, "reason", "Too late")


def test_every_save_is_an_audit_event_without_the_words(brings):
    answer(brings, "reason", "A very private sentence")

    event = AuditEvent.objects.get(action="intake.answers.save")
    assert event.actor_id == brings.intake.client.user.pk
    assert event.client_id == brings.intake.client.pk
    assert event.detail == {"answers": 1, "second_versions": 0}
    assert "private" not in str(event.__dict__)


ITEM_9 = "44260-8"
SEVERAL_DAYS = "LA6569-3"
NOT_AT_ALL = "LA6568-5"


@pytest.fixture
def phq9():
    return response_to(an_intake("phq-9"), "phq-9")


def test_item_9_raises_an_alert_in_the_save_whatever_the_total(phq9):
    saved = answer(phq9, ITEM_9, SEVERAL_DAYS)

    alert = SafetyAlert.objects.get()
    assert saved.alerts == [alert]
    assert (alert.client, alert.response, alert.link_id, alert.kind) == (
        phq9.intake.client,
        phq9,
        ITEM_9,
        "self-harm",
    )
    assert AuditEvent.objects.filter(action="safety_alert.raise").count() == 1


def test_the_therapist_gets_a_neutral_mail(phq9):
    answer(phq9, ITEM_9, SEVERAL_DAYS)

    message = MailMessage.objects.get()
    assert message.to == phq9.intake.appointment.practitioner.user.email
    assert message.subject == "Something in the portal needs your attention"
    told = (message.subject + message.text + message.html).lower()
    for word in ("phq", "ada", "harm", "suicid", "alert", "answer", "intake", "item"):
        # The emergency line of every mail names thoughts of suicide.
        assert word not in told.replace("for thoughts of suicide or a crisis, call or text 988", "")
    assert OutboxEntry.objects.get(kind="send_mail").payload == {"mail_id": message.pk}


@pytest.mark.parametrize("value", [None, NOT_AT_ALL])
def test_a_blank_or_a_no_raises_none(phq9, value):
    answer(phq9, "44250-9", "LA6571-9")
    answer(phq9, ITEM_9, value)

    assert not SafetyAlert.objects.exists()


def test_an_open_alert_is_raised_once(phq9):
    answer(phq9, ITEM_9, SEVERAL_DAYS)
    answer(phq9, ITEM_9, "LA6571-9")

    assert SafetyAlert.objects.count() == 1
    assert MailMessage.objects.count() == 1


def test_taking_the_answer_back_leaves_the_alert(phq9):
    answer(phq9, ITEM_9, SEVERAL_DAYS)
    answer(phq9, ITEM_9, NOT_AT_ALL)

    assert SafetyAlert.objects.unacknowledged().count() == 1


def test_a_second_version_that_speaks_of_danger_is_heard(phq9):
    answer(phq9, ITEM_9, NOT_AT_ALL, shown_revision=0, writer="phone")
    answer(phq9, ITEM_9, SEVERAL_DAYS, shown_revision=0, writer="laptop")

    assert SafetyAlert.objects.count() == 1


@pytest.mark.parametrize(
    ("link_id", "code", "kind"),
    [
        ("self-harm", "month", "self-harm"),
        ("self-harm", "year", "self-harm"),
        ("self-harm", "thoughts", "self-harm"),
        ("self-harm", "past", None),
        ("self-harm", "never", None),
        ("safe-now", "no", "unsafe"),
        ("safe-now", "mostly", None),
    ],
)
def test_our_own_safety_questions(link_id, code, kind):
    response = response_to(an_intake("health-and-safety"), "health-and-safety")

    answer(response, link_id, code)

    assert [alert.kind for alert in SafetyAlert.objects.all()] == ([kind] if kind else [])

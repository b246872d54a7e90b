"""Opening, sending, completing and reopening an intake; acknowledging an alert."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Client
from intake.fhir.answers import Answer
from intake.fhir.questionnaire import Coded
from intake.models import (
    ConsentDocument,
    ConsentSignature,
    Intake,
    Questionnaire,
    ResponseStatus,
    SafetyAlert,
    Score,
)
from intake.questionnaire_files import ALL, read_resource
from intake.services.intakes import (
    NothingPublished,
    NothingToReopen,
    complete_if_ready,
    open_for_appointment,
    reopen,
)
from intake.services.pages import Pages, leave_behind
from intake.services.questionnaires import (
    VersionNotRaised,
    publish_questionnaire,
    publish_questionnaires,
)
from intake.services.safety import AlreadyAcknowledged, NothingSaid, acknowledge
from intake.services.submitting import NotComplete, submit
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import MONDAY, ClientFactory, an_appointment, new_york
from tests.factories.intake import FILLED_AT, NEEDED, an_intake, answer, response_to

pytestmark = pytest.mark.django_db
LATER = FILLED_AT + timedelta(hours=2)
NEVER_ANSWERED = ("about-you", "health-and-safety")


def fill_needed(intake):
    for slug in NEVER_ANSWERED:
        response = response_to(intake, slug)
        for link_id, value in NEEDED[slug].items():
            if link_id != "birth-date":
                answer(response, link_id, value)


def send(intake, now=LATER):
    submit(intake=intake, by=intake.client.user, now=now)


def consent(slug="psychotherapy", version=1):
    return ConsentDocument.objects.create(
        slug=slug, version=version, kind="treatment", title="Psychotherapy", intent="I agree.",
        text="Text", sha256="0" * 64, effective_on=FILLED_AT.date(), published_at=FILLED_AT,
    )  # fmt: skip


def sign(intake, document):
    return ConsentSignature.objects.create(
        client=intake.client, intake=intake, document=document, document_sha256=document.sha256,
        method="electronic", signed_by=intake.client.user, typed_name="Ada Example",
        intent=document.intent, signed_at=LATER,
    )  # fmt: skip


def test_publishing_again_publishes_nothing():
    first = publish_questionnaires(now=FILLED_AT)

    assert [questionnaire.slug for questionnaire in first] == list(ALL)
    assert publish_questionnaires(now=LATER) == []


def test_changed_words_need_a_new_version():
    publish_questionnaires(now=FILLED_AT)
    changed = {**read_resource("gad-7"), "title": "Other words"}

    with pytest.raises(VersionNotRaised):
        publish_questionnaire(resource=changed, now=LATER)
    second = publish_questionnaire(resource={**changed, "version": "1.1.0"}, now=LATER)

    assert (second.version, second.parsed.title) == (2, "Other words")
    assert Questionnaire.objects.filter(slug="gad-7").count() == 2


def test_a_published_questionnaire_can_not_be_changed():
    publish_questionnaires(now=FILLED_AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.filter(slug="gad-7").update(title="Other")


def test_opening_follows_the_plan_and_happens_once():
    document = consent()

    intake = an_intake("what-brings-you", "phq-9", consents=("psychotherapy",))
    again = open_for_appointment(appointment=intake.appointment, by=None, now=LATER)

    assert again == intake
    assert [r.questionnaire.slug for r in intake.responses.all()] == ["what-brings-you", "phq-9"]
    assert list(intake.consents.all()) == [document]
    assert AuditEvent.objects.filter(action="intake.open").count() == 1


def test_a_newer_version_is_for_newer_intakes():
    intake = an_intake("gad-7")
    publish_questionnaire(resource={**read_resource("gad-7"), "version": "2.0.0"}, now=LATER)

    appointment = an_appointment(intake.appointment.session_type, new_york(MONDAY, "11:00"))
    newer = open_for_appointment(appointment=appointment, by=None, now=LATER)

    assert intake.responses.get().questionnaire.version == 1
    assert newer.responses.get().questionnaire.version == 2


def test_a_session_type_without_a_plan_asks_nothing():
    appointment = an_appointment()

    assert open_for_appointment(appointment=appointment, by=None, now=FILLED_AT) is None


def test_a_plan_that_asks_for_what_is_not_published_is_refused():
    with pytest.raises(NothingPublished, match="unheard-of"):
        an_intake("unheard-of")


def test_what_the_client_told_at_booking_stands_there_already():
    client = ClientFactory(
        legal_name="Ada Example", chosen_name="Addie", pronouns="she/her",
        phone="(212) 555-0147", voicemail="nothing",
        emergency_contact={
            "emergency_name": "Grace",
            "emergency_relation": "sister",
            "emergency_phone": "(212) 555-0148",
        },
    )  # fmt: skip

    intake = an_intake("about-you", appointment=an_appointment(client=client))

    given = response_to(intake, "about-you").given()
    assert given["legal-name"] == Answer(("Ada Example",))
    assert given["chosen-name"] == Answer(("Addie",))
    assert given["pronouns"] == Answer((Coded("she-her"),))
    assert given["birth-date"] == Answer((client.birth_date,))
    assert given["voicemail"] == Answer((Coded("nothing"),))
    assert given["emergency-name"] == Answer(("Grace",))
    assert given["emergency-relationship"] == Answer(("sister",))
    assert "address" not in given


def test_what_is_told_in_the_intake_goes_into_the_details():
    intake = an_intake("about-you")
    response = response_to(intake, "about-you")
    for link_id, value in NEEDED["about-you"].items():
        if link_id != "birth-date":
            answer(response, link_id, value)
    answer(response, "legal-name", "Ada Maria Example")
    answer(response, "pronouns", "they-them")
    answer(response, "voicemail", "nothing")

    send(intake)

    client = Client.objects.get(pk=intake.client.pk)
    assert (client.legal_name, client.pronouns) == ("Ada Maria Example", "They / them")
    assert (client.voicemail, client.phone) == ("nothing", "(212) 555-0147")
    assert client.emergency_contact["emergency_name"] == "Grace Example"
    assert AuditEvent.objects.filter(action="client.details").count() == 1


def test_a_minors_intake_is_not_sent_without_a_parent():
    intake = an_intake("about-you")
    response = response_to(intake, "about-you")
    for link_id, value in NEEDED["about-you"].items():
        answer(response, link_id, date(2012, 5, 1) if link_id == "birth-date" else value)

    with pytest.raises(NotComplete) as refused:
        send(intake)

    (missing,) = refused.value.missing
    assert missing.problem.link_id == "birth-date"
    assert missing.problem.message.endswith("or call us: (212) 555-0100")
    assert response_to(intake, "about-you").is_open


def test_a_minor_whom_the_practice_registered_sends_theirs():
    client = ClientFactory(birth_date=date(2011, 5, 1))
    intake = an_intake("about-you", appointment=an_appointment(client=client))
    response = response_to(intake, "about-you")
    for link_id, value in NEEDED["about-you"].items():
        if link_id != "birth-date":
            answer(response, link_id, value)

    send(intake)

    assert not response_to(intake, "about-you").is_open


def test_a_blank_form_can_not_be_sent_as_complete():
    intake = an_intake("health-and-safety", "phq-9")

    with pytest.raises(NotComplete) as refused:
        send(intake)

    assert [missing.problem.link_id for missing in refused.value.missing] == [
        "conditions",
        "medication",
        "safe-now",
        "self-harm",
    ]
    assert {response.status for response in intake.responses.all()} == {ResponseStatus.IN_PROGRESS}
    assert not OutboxEntry.objects.exists()


def test_two_versions_must_be_settled_before_sending():
    intake = an_intake("what-brings-you")
    response = response_to(intake, "what-brings-you")
    answer(response, "reason", "One", shown_revision=0, writer="phone")
    answer(response, "reason", "Two", shown_revision=0, writer="laptop")

    with pytest.raises(NotComplete) as refused:
        send(intake)

    assert [missing.problem.link_id for missing in refused.value.missing] == ["reason"]


def test_sending_freezes_scores_and_has_the_packet_made_once():
    intake = an_intake()
    fill_needed(intake)
    phq9 = response_to(intake, "phq-9")
    for item in list(phq9.questionnaire.parsed.questions())[:8]:
        answer(phq9, item.link_id, "LA6569-3")

    send(intake)
    send(intake)

    assert {response.status for response in intake.responses.all()} == {ResponseStatus.COMPLETED}
    results = {score.instrument: score.result for score in Score.objects.all()}
    assert set(results) == {"PHQ-9", "GAD-7", "PCL-5"}
    assert (results["PHQ-9"]["total"], results["PHQ-9"]["band"]) == (9, None)
    assert results["PHQ-9"]["safety"] == "unanswered"
    assert (results["PCL-5"]["total"], results["PCL-5"]["missing"]) == (None, 20)
    entry = OutboxEntry.objects.get(kind="make_packet")
    assert (entry.key, entry.payload) == (f"packet:{intake.pk}:1", {"intake_id": intake.pk})
    assert Intake.objects.get(pk=intake.pk).completed_at == LATER
    assert AuditEvent.objects.filter(action="intake.submit").count() == 1


def test_the_packet_waits_for_the_last_consent():
    document = consent()
    intake = an_intake("what-brings-you", consents=("psychotherapy",))

    send(intake)
    assert not OutboxEntry.objects.filter(kind="make_packet").exists()
    sign(intake, document)

    assert complete_if_ready(intake=intake, by=intake.client.user, now=LATER)
    assert not complete_if_ready(intake=intake, by=intake.client.user, now=LATER)
    assert OutboxEntry.objects.filter(kind="make_packet").count() == 1


def test_consents_alone_do_not_complete_it():
    document = consent()
    intake = an_intake("what-brings-you", consents=("psychotherapy",))
    sign(intake, document)

    assert not complete_if_ready(intake=intake, by=intake.client.user, now=LATER)


def test_reopening_lets_the_client_change_one_part_and_makes_a_new_packet():
    intake = an_intake("what-brings-you", "hopes-fears-expectations")
    send(intake)
    therapist = intake.appointment.practitioner.user

    reopen(intake=intake, slugs=["what-brings-you"], by=therapist, now=LATER)

    assert Intake.objects.get(pk=intake.pk).completed_at is None
    message = MailMessage.objects.get()
    assert message.to == intake.client.email
    assert message.subject == "Something in the portal is open for you again"
    response = response_to(intake, "what-brings-you")
    assert response.is_open
    assert not response_to(intake, "hopes-fears-expectations").is_open
    answer(response, "reason", "One thing more")
    send(intake)
    assert response_to(intake, "what-brings-you").status == ResponseStatus.AMENDED
    assert OutboxEntry.objects.filter(key=f"packet:{intake.pk}:2").exists()


def test_there_is_nothing_to_reopen_before_it_was_sent():
    intake = an_intake("what-brings-you")

    with pytest.raises(NothingToReopen):
        reopen(
            intake=intake,
            slugs=["what-brings-you"],
            by=intake.appointment.practitioner.user,
            now=LATER,
        )


@pytest.fixture
def alert():
    intake = an_intake("phq-9")
    answer(response_to(intake, "phq-9"), "44260-8", "LA6569-3")
    return SafetyAlert.objects.get()


def test_an_alert_is_closed_by_saying_what_was_done(alert):
    therapist = alert.response.intake.appointment.practitioner.user

    acknowledge(alert=alert, by=therapist, what_was_done=" Called at 9, we talked. ", now=LATER)

    alert.refresh_from_db()
    assert alert.what_was_done == "Called at 9, we talked."
    assert (alert.acknowledged_at, alert.acknowledged_by) == (LATER, therapist)
    assert not SafetyAlert.objects.unacknowledged().exists()
    with pytest.raises(AlreadyAcknowledged):
        acknowledge(alert=alert, by=therapist, what_was_done="Again", now=LATER)


def test_an_alert_is_not_closed_in_silence(alert):
    with pytest.raises(NothingSaid):
        acknowledge(alert=alert, by=alert.client.user, what_was_done="  ", now=LATER)


def test_after_it_was_dealt_with_the_same_answer_again_alerts_again(alert):
    therapist = alert.response.intake.appointment.practitioner.user
    acknowledge(alert=alert, by=therapist, what_was_done="Called.", now=LATER)

    answer(alert.response, "44260-8", "LA6571-9")

    assert SafetyAlert.objects.unacknowledged().count() == 1


def test_pages_go_on_where_they_were_left():
    intake = an_intake("what-brings-you", "phq-9")
    first = Pages(intake)
    assert [page.section.slug for page in first.all] == [
        "now",
        "what-happened",
        "what-holds-you",
        "questions",
    ]
    leave_behind(page=first.all[0])

    pages = Pages(Intake.objects.get(pk=intake.pk))

    assert pages.next_open.section.slug == "what-happened"
    assert pages.before(pages.all[0]) is None
    assert pages.after(pages.all[2]).part == "phq-9"
    assert pages.after(pages.all[3]) is None
    assert not pages.parts[0].is_done


def test_pages_follow_the_answers():
    intake = an_intake("earlier-therapy")
    answer(response_to(intake, "earlier-therapy"), "before", "yes")

    sections = [page.section.slug for page in Pages(intake).all]

    assert sections == ["before-now", "helped", "ending", "this-time"]

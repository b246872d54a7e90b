"""Blank forms, the blank packet in the background, and typing in from paper."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

import intake.tasks
import portal.shared.tasks  # noqa: F401 - registers the effect
from intake.models import Intake, PaperSource, Questionnaire, SafetyAlert, Upload
from intake.services.blank_forms import code_of
from portal.shared import outbox
from portal.shared.models import AuditEvent, BackgroundWork, OutboxEntry, WorkState
from tests.factories.accounts import add_app
from tests.factories.booking import PractitionerFactory, UserFactory
from tests.factories.files_asked import files_asked
from tests.factories.handed_in import pdf, posted_file
from tests.factories.intake import an_intake, posted, response_to
from tests.factories.packets import PHQ_CODES, PHQ_ITEMS

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake() -> Intake:
    return an_intake("what-brings-you", "phq-9")


def as_user(user: Any) -> Browser:
    browser = Browser()
    if user.is_staff:
        add_app(user)
    browser.force_login(user)
    return browser


@pytest.fixture
def therapist(intake: Intake) -> Browser:
    return as_user(intake.appointment.practitioner.user)


@pytest.fixture
def person(intake: Intake) -> Browser:
    return as_user(intake.client.user)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def typing(intake: Intake, *more: str, name: str = "typing_begin") -> str:
    return reverse(f"intake:{name}", args=[intake.public_id, "phq-9", *more])


# -- Blank forms --------------------------------------------------------------------------
def test_the_therapist_gets_any_questionnaire_blank(therapist: Browser, intake: Intake) -> None:
    row = Questionnaire.objects.get(slug="phq-9")
    url = reverse("intake:questionnaire_blank", args=[row.public_id])
    assert (
        url
        in therapist.get(
            reverse("intake:therapist_questionnaire", args=[row.public_id])
        ).content.decode()
    )

    response = therapist.get(url)

    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'inline; filename="phq-9-1-blank.pdf"'


def test_a_client_gets_the_parts_of_their_own_intake(person: Browser, intake: Intake) -> None:
    url = reverse("intake:part_blank", args=[intake.public_id, "phq-9"])
    overview = text_of(person.get(reverse("intake:overview", args=[intake.public_id])))
    assert "I’d rather fill it in on paper" in overview
    assert url in overview

    assert person.get(url).content.startswith(b"%PDF-")
    assert AuditEvent.objects.filter(action="intake.blank_form").count() == 1

    own = reverse("intake:therapist_part_blank", args=[intake.public_id, "phq-9"])
    therapist = as_user(intake.appointment.practitioner.user)
    assert therapist.get(own).content.startswith(b"%PDF-")
    assert as_user(PractitionerFactory().user).get(own).status_code == 404
    assert as_user(UserFactory()).get(url).status_code == 404
    other = reverse("intake:part_blank", args=[intake.public_id, "gad-7"])
    assert person.get(other).status_code == 404


# -- The blank packet ---------------------------------------------------------------------
def ask(browser: Browser, intake: Intake) -> BackgroundWork:
    browser.post(reverse("intake:intake_blank_packet", args=[intake.public_id]))
    return BackgroundWork.objects.get()


def run(row: BackgroundWork) -> BackgroundWork:
    outbox.run(OutboxEntry.objects.get(key=f"work:{row.pk}").pk)
    row.refresh_from_db()
    return row


def test_the_packet_is_made_in_the_background_and_watched(person: Browser, intake: Intake) -> None:
    row = ask(person, intake)
    page, look = (
        reverse(f"intake:{name}", args=[row.public_id])
        for name in ("blank_packet", "blank_packet_look")
    )

    waiting = text_of(person.get(page))
    assert "The blank packet is being made." in waiting
    assert f'hx-get="{look}?looks=1"' in waiting
    BackgroundWork.objects.update(state=WorkState.RUNNING, steps_done=2, steps=4)
    assert "The blank packet is being made: 2 of 4" in text_of(person.get(f"{look}?looks=1"))
    file = reverse("intake:blank_packet_file", args=[row.public_id])
    assert person.get(file).status_code == 404

    row = run(row)

    assert (row.state, row.steps_done, row.steps) == (WorkState.DONE, 4, 4)
    ready = text_of(person.get(f"{look}?looks=2"))
    assert "The blank packet is ready." in ready
    assert "hx-get" not in ready
    assert 'hx-swap-oob="innerHTML"' in ready
    assert person.get(file).content.startswith(b"%PDF-")


def test_trouble_is_said_and_may_be_tried_again(person: Browser, intake: Intake) -> None:
    row = ask(person, intake)
    BackgroundWork.objects.update(state=WorkState.TROUBLED, error="TooLarge")
    page = reverse("intake:blank_packet", args=[row.public_id])

    told = text_of(person.get(page))
    assert "The blank packet could not be made yet." in told
    assert "TooLarge" not in told

    person.post(reverse("intake:blank_packet_again", args=[row.public_id]))
    assert run(row).is_done


def test_nobody_else_sees_it(person: Browser, therapist: Browser, intake: Intake) -> None:
    row = run(ask(person, intake))

    for name in ("blank_packet", "blank_packet_look", "blank_packet_file"):
        url = reverse(f"intake:{name}", args=[row.public_id])
        assert therapist.get(url).status_code == 404


def test_the_therapist_gets_a_plan_blank(therapist: Browser, intake: Intake) -> None:
    kind = intake.appointment.session_type
    page = reverse("intake:therapist_plan", args=[kind.public_id])
    assert "Make the blank packet" in text_of(therapist.get(page))

    therapist.post(reverse("intake:plan_blank_packet", args=[kind.public_id]))

    row = run(BackgroundWork.objects.get())
    assert row.client_id is None
    assert (
        page in therapist.get(reverse("intake:blank_packet", args=[row.public_id])).content.decode()
    )
    stranger = as_user(PractitionerFactory().user)
    url = reverse("intake:plan_blank_packet", args=[kind.public_id])
    assert stranger.post(url).status_code == 404


# -- Typing in ----------------------------------------------------------------------------
def test_from_the_reading_page_to_the_closed_part(
    therapist: Browser, person: Browser, intake: Intake
) -> None:
    response = response_to(intake, "phq-9")
    reading = reverse("intake:therapist_intake", args=[intake.public_id])
    told = text_of(therapist.get(reading))
    assert typing(intake) in told
    assert code_of(response) in told

    begun = therapist.post(typing(intake), {"written_on": "2024-12-30"})
    first = begun["Location"]
    assert "/paper/phq-9/pages/" in first
    section = first.rstrip("/").rpartition("/")[2]
    page = text_of(therapist.get(first))
    assert AuditEvent.objects.filter(action="intake.paper.read").count() == 1
    assert "From paper: " in page
    assert "Little interest or pleasure" in page

    names = {item: response.questionnaire.parsed.by_link_id[item].name for item in PHQ_ITEMS}
    answers = {names[item]: PHQ_CODES[1] for item in PHQ_ITEMS}
    after = therapist.post(first, posted(response, section, **answers), follow=True)
    assert SafetyAlert.objects.get().client == intake.client
    assert "raised a safety alert" in text_of(after)

    told = text_of(therapist.get(reading))
    assert "typed in from paper. Your client has not been shown 911 and 988." in told
    check = typing(intake, name="typing_check")
    reads = AuditEvent.objects.filter(action="intake.paper.read", client_id=intake.client.pk)
    before = reads.count()
    assert "Several days" in text_of(therapist.get(check))
    assert reads.count() == before + 1
    closed = therapist.post(check)
    assert closed["Location"] == f"{reading}#phq-9"
    told = text_of(therapist.get(reading))
    assert "Filled in on paper on December 30, 2024; typed in on" in told
    overview = text_of(person.get(reverse("intake:overview", args=[intake.public_id])))
    assert "Filled in on paper, typed in by your therapist" in overview
    own = text_of(person.get(reverse("intake:check", args=[intake.public_id])))
    assert "Filled in on paper on December 30, 2024; typed in on" in own


def test_each_answer_is_kept_as_it_is_typed(therapist: Browser, intake: Intake) -> None:
    first = therapist.post(typing(intake), {})["Location"]
    section = first.rstrip("/").rpartition("/")[2]
    response = response_to(intake, "phq-9")
    name = response.questionnaire.parsed.by_link_id[PHQ_ITEMS[8]].name
    form = posted(response, section, **{name: PHQ_CODES[2]})

    reply = therapist.post(first, form, headers={"HX-Request": "true"})

    assert "✓ Saved just now" in reply.content.decode()
    assert "raised a safety alert" in text_of(reply)
    assert "988" not in text_of(reply)  # the words for the client are not for the therapist
    assert response.answers.get(link_id=PHQ_ITEMS[8]).value is not None


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2099-01-01", "Please check the year"), ("yesterday", "Enter a valid date")],
)
def test_a_wrong_day_is_said_at_the_field_and_kept(
    therapist: Browser, intake: Intake, typed: str, said: str
) -> None:
    response = therapist.post(typing(intake), {"written_on": typed})

    assert response.status_code == 422
    assert said in text_of(response)
    assert f'value="{typed}"' in response.content.decode()
    assert not PaperSource.objects.exists()


def test_pages_lead_back_where_typing_has_not_begun_or_is_over(
    therapist: Browser, intake: Intake
) -> None:
    section = response_to(intake, "phq-9").questionnaire.parsed.sections[0].slug
    page, check = (
        typing(intake, section, name="typing_section"),
        typing(intake, name="typing_check"),
    )
    assert therapist.get(page)["Location"] == typing(intake)
    assert therapist.get(check)["Location"] == typing(intake)

    therapist.post(typing(intake), {})
    therapist.post(check)

    assert therapist.get(page)["Location"].endswith("#phq-9")
    assert "typing_begin" not in therapist.get(page)["Location"]


def test_another_therapist_types_nothing(intake: Intake) -> None:
    stranger = as_user(PractitionerFactory().user)
    section = response_to(intake, "phq-9").questionnaire.parsed.sections[0].slug

    assert stranger.post(typing(intake), {}).status_code == 404
    assert stranger.get(typing(intake, section, name="typing_section")).status_code == 404
    assert stranger.post(typing(intake, name="typing_check")).status_code == 404
    assert not PaperSource.objects.exists()


def test_a_document_that_came_with_the_sheet_is_handed_in_and_taken_back() -> None:
    response = files_asked()
    therapist = as_user(response.intake.appointment.practitioner.user)
    begin = reverse("intake:typing_begin", args=[response.intake.public_id, "files"])
    first = therapist.post(begin, {})["Location"]
    section = first.rstrip("/").rpartition("/")[2]

    file = {"letter:file": posted_file(pdf(), "scan.pdf"), "act": "attach letter"}
    done = therapist.post(first, posted(response, section, **file))

    assert done["Location"] == f"{first}#q-letter"
    upload = Upload.objects.get()
    assert (upload.client, upload.label, upload.response) == (response.client, "scan.pdf", response)
    page = therapist.get(first).content.decode()
    assert "scan.pdf" in page
    assert 'enctype="multipart/form-data"' in page

    response = type(response).objects.get(pk=response.pk)
    kept = {"letter": str(upload.public_id), "detach": f"{upload.public_id} letter"}
    therapist.post(first, posted(response, section, **kept))
    assert "scan.pdf" not in therapist.get(first).content.decode()

"""Records: asked for on a page, watched, answered by the therapist, fetched with a fresh proof."""

import io
import time
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake.models import RecordsRequest
from portal.journeys.records import requests
from portal.shared import tasks
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent, BackgroundWork, WorkState
from tests.factories.accounts import add_app
from tests.factories.billing import let_the_worker_work
from tests.factories.booking import PractitionerFactory, UserFactory, an_appointment
from tests.factories.consents import SOURCE

pytestmark = pytest.mark.django_db
assert tasks.do_background_work  # registers the effects, as the worker does
PAGE = "/records/"


@pytest.fixture
def appointment():
    return an_appointment()


@pytest.fixture
def own(client, appointment):
    """The client at their browser."""
    client.force_login(appointment.client.user)
    return client


def staff(client, user):
    add_app(user)
    client.force_login(user)
    return client


def fresh(browser):
    """They proved who they are a moment ago."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser


def a_request(appointment, *, is_made=True) -> RecordsRequest:
    client = appointment.client
    row = requests.ask(client=client, by=client.user, source=SOURCE, now=utc_now())
    if is_made:
        let_the_worker_work()
        row.refresh_from_db()
    return row


def release(row):
    by = row.client.appointments.first().practitioner.user
    requests.release(row=row, by=by, source=SOURCE, now=utc_now())
    return row


def url(name, row):
    return reverse(f"journeys:{name}", args=[row.public_id])


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_client_asks_and_watches(own):
    assert "Ask for everything" in own.get(PAGE).content.decode()
    told = own.post(PAGE, follow=True).content.decode()

    assert "Your request is in." in told
    assert "Your records are being put together." in told
    assert 'hx-get="/records/looking/?looks=1"' in told
    assert 'href="/records/">Look again now' in told
    assert "Ask for everything" not in told


def test_the_bar_says_how_many_files_are_done(own, appointment):
    row = a_request(appointment, is_made=False)
    BackgroundWork.objects.filter(pk=row.work_id).update(
        state=WorkState.RUNNING, steps=12, steps_done=5
    )
    told = own.get("/records/looking/?looks=3").content.decode()
    assert "Your records are being put together: 5 of 12 files." in told
    assert '<progress class="progress" value="5" max="12"' in told
    assert "<html" not in told


def test_made_it_waits_for_the_therapist_and_cannot_be_fetched(own, appointment):
    row = a_request(appointment)
    told = own.get(PAGE).content.decode()

    assert "Your records are put together." in told
    assert "hx-get" not in told
    assert fresh(own).get(url("records_archive", row)).status_code == 404


def test_released_it_is_fetched_with_a_fresh_proof_and_noted(own, appointment):
    row = release(a_request(appointment))
    assert "Save my records" in own.get(PAGE).content.decode()
    asked = own.get(url("records_archive", row))
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not AuditEvent.objects.filter(action="records.read").exists()

    answer = fresh(own).get(url("records_archive", row))
    content = body(answer)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert answer["Content-Disposition"] == 'attachment; filename="my-records.zip"'
    assert answer["Content-Type"] == "application/zip"
    assert int(answer["Content-Length"]) == len(content)
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.get(action="records.read").ip == "127.0.0.1"


def test_after_its_days_it_is_gone_and_one_may_ask_again(own, appointment):
    row = release(a_request(appointment))
    BackgroundWork.objects.filter(pk=row.work_id).update(expires_at=utc_now())
    told = own.get(PAGE).content.decode()

    assert "The file is not kept any more." in told
    assert "Ask again" in told
    assert fresh(own).get(url("records_archive", row)).status_code == 404


def test_a_request_can_be_taken_back(own, appointment):
    row = a_request(appointment)
    told = own.post(url("records_take_back", row), follow=True).content.decode()

    assert "You took your request back." in told
    assert "Ask for everything" in told
    row.refresh_from_db()
    assert row.closed_as == "taken_back"


def test_nobody_elses_records_exist(client, appointment):
    row = release(a_request(appointment))
    client.force_login(an_appointment(starts_at=utc_now() + timedelta(days=3)).client.user)
    assert fresh(client).get(url("records_archive", row)).status_code == 404
    assert client.post(url("records_take_back", row)).status_code == 404

    other = staff(client, PractitionerFactory().user)
    for name in ("therapist_records", "therapist_records_looking"):
        assert other.get(url(name, row)).status_code == 404
    assert fresh(other).get(url("therapist_records_archive", row)).status_code == 404
    for name in ("records_release", "records_close", "records_again"):
        assert other.post(url(name, row)).status_code == 404
    begin = reverse("journeys:records_begin", args=[appointment.client.public_id])
    assert other.post(begin).status_code == 404


def test_the_therapist_sees_it_on_today_with_its_date(client, appointment):
    row = a_request(appointment)
    therapist = staff(client, appointment.practitioner.user)
    told = therapist.get("/therapist/").content.decode()

    assert f"answer by {row.due_on:%A, %B} {row.due_on.day}" in told
    assert "The archive is ready to look through" in told
    RecordsRequest.objects.filter(pk=row.pk).update(due_on=row.due_on - timedelta(days=30))
    assert "Overdue · " in therapist.get("/therapist/").content.decode()
    assert "Overdue" in therapist.get(url("therapist_records", row)).content.decode()
    assert AuditEvent.objects.filter(action="records.look").count() == 1


def test_the_therapist_looks_through_it_and_hands_it_out(client, appointment):
    row = a_request(appointment)
    therapist = staff(client, appointment.practitioner.user)
    assert therapist.get(url("therapist_records_archive", row)).status_code == 302
    answer = fresh(therapist).get(url("therapist_records_archive", row))
    assert "index.html" in zipfile.ZipFile(io.BytesIO(body(answer))).namelist()

    told = therapist.post(url("records_release", row), follow=True).content.decode()
    assert "Released. Your client hears of it by a neutral mail" in told
    assert "Handed out" in told
    again = therapist.post(url("records_release", row), follow=True).content.decode()
    assert "This request was answered before." in again


def test_before_it_is_made_the_therapist_is_told_to_wait(client, appointment):
    row = a_request(appointment, is_made=False)
    therapist = staff(client, appointment.practitioner.user)
    page = therapist.get(url("therapist_records", row)).content.decode()
    assert "Hand it out" not in page
    told = therapist.post(url("records_release", row), follow=True).content.decode()
    assert "It is not made yet. Release it once it is." in told


def test_what_went_wrong_is_tried_again_by_the_therapist(client, appointment):
    row = a_request(appointment, is_made=False)
    BackgroundWork.objects.filter(pk=row.work_id).update(state=WorkState.TROUBLED)
    therapist = staff(client, appointment.practitioner.user)
    assert (
        "The archive could not be made: try again" in therapist.get("/therapist/").content.decode()
    )
    assert "It takes longer than it should" in (
        therapist.get(url("therapist_records", row)).content.decode()
    )

    therapist.post(url("records_again", row))
    let_the_worker_work()
    row.refresh_from_db()
    assert row.work.is_done
    assert BackgroundWork.objects.count() == 1


def test_the_therapist_begins_one_from_the_chart(client, appointment):
    therapist = staff(client, appointment.practitioner.user)
    chart = reverse("journeys:therapist_client", args=[appointment.client.public_id])
    assert "Put their records together" in therapist.get(chart).content.decode()
    begin = reverse("journeys:records_begin", args=[appointment.client.public_id])
    told = therapist.post(begin, follow=True).content.decode()

    assert "Records for Ada Example" in told
    assert "entered by the practice" in told
    closed = therapist.post(
        url("records_close", RecordsRequest.objects.get()), follow=True
    ).content.decode()
    assert "Closed, as answered in another way." in closed


def test_today_asks_as_often_for_three_requests_as_for_one(
    client, appointment, django_assert_num_queries
):
    a_request(appointment)
    therapist = staff(client, appointment.practitioner.user)
    therapist.get("/therapist/")
    with CaptureQueriesContext(connection) as one:
        therapist.get("/therapist/")
    for days in (30, 31):
        a_request(
            an_appointment(appointment.session_type, starts_at=utc_now() + timedelta(days=days))
        )
    with django_assert_num_queries(len(one)):
        therapist.get("/therapist/")


def test_someone_without_a_record_is_told_so(client):
    client.force_login(UserFactory())
    assert "There is no record of you yet." in client.get(PAGE).content.decode()
    assert client.post(PAGE).status_code == 404

"""A request for records: its clock, its archive by the outbox, its release and its end."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.models import Status
from intake.models import RecordsClosed, RecordsRequest
from portal.journeys.records import archive, requests
from portal.shared import outbox, tasks, work
from portal.shared.encryption.storage import private_storage
from portal.shared.models import AuditEvent, BackgroundWork, MailMessage, OutboxEntry
from tests.factories.booking import NOW, UserFactory, an_appointment
from tests.factories.consents import SOURCE

pytestmark = pytest.mark.django_db
assert tasks.do_background_work  # registers the effects, as the worker does
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def appointment():
    return an_appointment()


@pytest.fixture
def client(appointment):
    return appointment.client


@pytest.fixture
def therapist(appointment):
    return appointment.practitioner.user


def ask(client, *, by=None, now=NOW):
    return requests.ask(client=client, by=by or client.user, source=SOURCE, now=now)


def run(row, now=LATER):
    """As the outbox does it."""
    entry = OutboxEntry.objects.get(key=f"work:{row.work_id}")
    outbox.run(entry.pk, clock=lambda: now)
    row.refresh_from_db()
    return row


def made(client):
    return run(ask(client))


def how(by, now=LATER):
    return {"by": by, "source": SOURCE, "now": now}


def content(row, by) -> zipfile.ZipFile:
    opened, size = requests.hand_out(row=row, **how(by))
    assert size == row.work.size
    with opened:
        return zipfile.ZipFile(io.BytesIO(opened.read()))


def files() -> list[str]:
    return [name for name in private_storage().raw_names() if name.startswith("work/")]


@pytest.fixture(autouse=True)
def _no_old_files():
    for name in files():
        private_storage().delete(name)


def test_it_is_due_on_the_tenth_day_where_the_practice_is(client):
    late = NOW.replace(hour=4)  # still December 31 in New York
    row = ask(client, now=late)

    assert row.due_on == date(2027, 1, 10)
    event = AuditEvent.objects.get(action="records.ask")
    assert (event.client_id, event.actor_id) == (client.pk, client.user.pk)


def test_asked_twice_it_is_one_request_and_one_work(client):
    assert ask(client) == ask(client)
    assert BackgroundWork.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordsRequest.objects.create(
            client=client, asked_at=NOW, asked_by=client.user, due_on=NOW.date()
        )


def test_the_therapist_hears_of_it_in_neutral_words(client, therapist):
    ask(client)
    mail = MailMessage.objects.get()

    assert mail.to == therapist.email
    assert mail.subject == "Something in the portal needs your attention"
    for word in ("record", client.legal_name, "client"):
        assert word.casefold() not in mail.text.casefold()


def test_begun_by_the_therapist_nobody_is_mailed(client, therapist):
    row = ask(client, by=therapist)
    assert row.asked_by == therapist
    assert not MailMessage.objects.exists()


def test_the_archive_is_made_in_the_background_and_lies_encrypted(client, therapist):
    row = made(client)

    assert row.work.is_done
    assert row.work.steps_done == row.work.steps == len(content(row, therapist).namelist())
    (name,) = files()
    raw = private_storage().raw_read(name)
    assert b"PK" not in raw[:4]
    assert b"index.html" not in raw
    with private_storage().open(name) as opened:
        assert row.work.size == opened.size


def test_a_crash_in_the_middle_leaves_nothing_and_the_next_try_finishes(
    client, therapist, monkeypatch
):
    row = ask(client)
    index_page = archive.index_page

    def killed(*_args, **_options):
        raise SystemExit

    monkeypatch.setattr(archive, "index_page", killed)
    with pytest.raises(SystemExit):
        run(row)
    row.refresh_from_db()
    assert not row.work.is_done
    assert files() == []

    monkeypatch.setattr(archive, "index_page", index_page)
    run(row, LATER + timedelta(minutes=5))
    assert row.work.is_done
    assert len(files()) == 1
    assert content(row, therapist).testzip() is None


def test_what_fails_is_seen_and_tried_again(client, monkeypatch):
    row = ask(client)
    index_page = archive.index_page
    monkeypatch.setattr(archive, "index_page", lambda *_args, **_options: 1 / 0)
    run(row)
    row.work.refresh_from_db()
    assert row.work.is_troubled
    assert row.work.error == "ZeroDivisionError"

    monkeypatch.setattr(archive, "index_page", index_page)
    work.again(row.work, now=LATER)
    run(row)
    row.work.refresh_from_db()
    assert row.work.is_done


def test_released_it_can_be_fetched_for_fourteen_days(client, therapist):
    row = made(client)
    requests.release(row=row, **how(therapist))
    row.refresh_from_db()

    assert (row.released_at, row.released_by) == (LATER, therapist)
    assert row.work.expires_at == LATER + timedelta(days=14)
    assert "index.html" in content(row, client.user).namelist()
    with pytest.raises(requests.NotReady):
        requests.hand_out(row=row, **how(client.user, LATER + timedelta(days=14)))
    actions = AuditEvent.objects.filter(action__startswith="records.").order_by("sequence")
    assert [event.action for event in actions] == ["records.ask", "records.release", "records.read"]


def test_the_mail_about_the_release_tells_a_stranger_nothing(client, therapist):
    row = made(client)
    requests.release(row=row, **how(therapist))
    mail = MailMessage.objects.get(subject="What you asked for is ready")

    assert mail.to == client.email
    assert "/records/" in mail.text
    for word in (client.legal_name, "therap", "packet", "session"):
        assert word.casefold() not in mail.text.casefold().replace("example practice", "")


def test_before_it_is_made_it_cannot_be_released(client, therapist):
    row = ask(client)
    with pytest.raises(requests.NotReady):
        requests.release(row=row, **how(therapist))


def test_answered_once_it_is_not_answered_again(client, therapist):
    row = made(client)
    requests.release(row=row, **how(therapist))
    for act in (requests.release, requests.make_anew):
        with pytest.raises(requests.AlreadyAnswered):
            act(row=row, **how(therapist))
    with pytest.raises(requests.AlreadyAnswered):
        requests.close(row=row, closed_as=RecordsClosed.OTHERWISE, **how(therapist))


def test_closed_the_archive_goes_and_the_request_stays(client, therapist):
    row = made(client)
    requests.close(row=row, closed_as=RecordsClosed.OTHERWISE, **how(therapist))
    with pytest.raises(requests.NotReady):
        requests.hand_out(row=row, **how(therapist, LATER + timedelta(seconds=1)))

    work.forget_expired(now=LATER + timedelta(hours=1))
    row.refresh_from_db()
    assert row.work is None
    assert row.closed_as == "otherwise"
    assert files() == []


def test_made_anew_it_holds_what_was_added_and_the_old_one_goes(client, therapist, appointment):
    row = made(client)
    an_appointment(
        appointment.session_type,
        client=client,
        status=Status.CONFIRMED,
        starts_at=NOW + timedelta(days=20),
    )
    requests.make_anew(row=row, **how(therapist))
    row.refresh_from_db()
    run(row, LATER + timedelta(minutes=1))
    work.forget_expired(now=LATER + timedelta(hours=1))

    lines = content(row, therapist).read("tables/appointments.csv").decode().splitlines()
    assert len(lines) == 3
    assert len(files()) == 1


def test_after_an_answer_one_may_ask_again(client, therapist):
    row = made(client)
    requests.close(row=row, closed_as=RecordsClosed.TAKEN_BACK, **how(client.user))
    assert ask(client, now=LATER) != row


def test_a_therapist_answers_for_her_own_clients_alone(client, therapist):
    row = ask(client)
    assert requests.open_for(therapist) == [row]
    assert requests.open_for(UserFactory(role="therapist")) == []


def test_the_database_wants_to_know_who_released_it(client):
    row = ask(client)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordsRequest.objects.filter(pk=row.pk).update(released_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordsRequest.objects.filter(pk=row.pk).update(
            closed_at=NOW, closed_by=client.user, closed_as="lost"
        )

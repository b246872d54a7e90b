"""Background work: its steps can be watched, failures are repeated, all of it has its day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

import portal.shared.tasks  # noqa: F401 - registers the effect
from portal.shared import outbox, work
from portal.shared.encryption.storage import private_storage
from portal.shared.models import BackgroundWork, OutboxEntry, WorkState
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


class Maker:
    """A kind of work of the tests' own: two steps, and fails as told."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.seen: list[tuple[int, int]] = []

    def __call__(self, row: BackgroundWork, tell: work.Tell, *, now: datetime) -> work.Made:
        for done in (0, 1, 2):
            tell(done, 2)
            stored = BackgroundWork.objects.get(pk=row.pk)
            self.seen.append((stored.steps_done, stored.steps))
        if self.error:
            raise self.error
        return work.Made(ContentFile(b"all of it"), "all.pdf")


@pytest.fixture
def maker() -> Iterator[Maker]:
    made = Maker()
    work.does("sample")(made)
    yield made
    work._workers.pop("sample")


@pytest.fixture
def person() -> Any:
    return UserFactory()


def ask(person: Any, now: datetime = NOW, **subject: int) -> BackgroundWork:
    return work.ask(kind="sample", subject=subject or {"id": 7}, by=person, client=None, now=now)


def run(row: BackgroundWork, now: datetime = NOW) -> BackgroundWork:
    entry = OutboxEntry.objects.get(key=f"work:{row.pk}")
    outbox.run(entry.pk, clock=lambda: now)
    return BackgroundWork.objects.get(pk=row.pk)


def test_it_is_made_step_by_step_and_kept_encrypted(maker: Maker, person: Any) -> None:
    row = run(ask(person))

    assert maker.seen == [(0, 2), (1, 2), (2, 2)]
    assert (row.state, row.done_at, row.steps_done) == (WorkState.DONE, NOW, 2)
    assert (row.file_name, row.size) == ("all.pdf", 9)
    assert row.expires_at == NOW + timedelta(days=14)
    assert row.file.open().read() == b"all of it"
    assert b"all of it" not in private_storage().raw_read(row.file.name)  # type: ignore[attr-defined]


def test_the_same_is_not_made_twice_at_once(maker: Maker, person: Any) -> None:
    first = ask(person)

    assert ask(person) == first
    assert ask(person, id=8) != first
    assert ask(UserFactory()) != first
    run(first)
    assert ask(person) != first  # a new one, of today


def test_a_failure_is_told_without_its_words_and_repeated(maker: Maker, person: Any) -> None:
    maker.error = ValueError("Ada Example")
    row = run(ask(person))
    assert (row.state, row.error, row.done_at) == (WorkState.TROUBLED, "ValueError", None)

    maker.error = None
    row = run(row, NOW + timedelta(seconds=10))

    assert (row.state, row.error) == (WorkState.DONE, "")


def test_a_person_may_have_it_tried_again(maker: Maker, person: Any) -> None:
    maker.error = outbox.GiveUp("no use")
    row = run(ask(person))
    assert row.state == WorkState.TROUBLED

    maker.error = None
    work.again(row, now=NOW)
    assert row.state == WorkState.WAITING

    assert run(row).is_done


def test_what_waits_for_its_turn_is_no_trouble(maker: Maker, person: Any) -> None:
    maker.error = outbox.Later(30)

    assert run(ask(person)).state == WorkState.WAITING


def test_a_second_try_takes_the_place_of_what_the_first_one_left(maker: Maker, person: Any) -> None:
    row = ask(person)
    private_storage().save(f"work/{row.public_id}", ContentFile(b"half"))

    row = run(row)

    assert row.file.name == f"work/{row.public_id}"
    assert row.file.open().read() == b"all of it"


def test_a_worker_that_dies_at_every_try_is_seen(maker: Maker, person: Any) -> None:
    row = ask(person)
    BackgroundWork.objects.update(state=WorkState.RUNNING)
    OutboxEntry.objects.update(dead_at=NOW)
    row.refresh_from_db()

    assert work.look_at(row).is_troubled


def test_what_expired_goes_with_its_file(maker: Maker, person: Any) -> None:
    old, young = run(ask(person)), ask(person, now=NOW + timedelta(days=10), id=8)

    assert work.forget_expired(now=NOW + timedelta(days=14)) == 0  # it may be read just now
    assert work.forget_expired(now=NOW + timedelta(days=14, minutes=3)) == 1

    assert list(BackgroundWork.objects.all()) == [young]
    assert not private_storage().exists(old.file.name)


def test_work_that_was_forgotten_is_not_begun(maker: Maker, person: Any) -> None:
    row = ask(person)
    entry = OutboxEntry.objects.get(key=f"work:{row.pk}")
    row.delete()

    outbox.run(entry.pk, clock=lambda: NOW)

    entry.refresh_from_db()
    assert (entry.done_at, maker.seen) == (NOW, [])

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from portal.shared import outbox
from portal.shared.models import OutboxEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


class Recorder:
    """An effect of the tests' own: counts its calls and fails as told."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []
        self.error: BaseException | None = None

    def __call__(self, payload: dict[str, Any], *, now: datetime) -> None:
        self.payloads.append(payload)
        if self.error:
            raise self.error


@pytest.fixture
def effect() -> Iterator[Recorder]:
    recorder = Recorder()
    outbox.effect("recorded")(recorder)
    yield recorder
    outbox._effects.pop("recorded")


def enqueue(key: str = "k", **options: Any) -> OutboxEntry:
    return outbox.enqueue(kind="recorded", key=key, payload={"id": 7}, now=NOW, **options)


def run(entry: OutboxEntry, at: datetime = NOW) -> OutboxEntry:
    outbox.run(entry.pk, clock=lambda: at)
    entry.refresh_from_db()
    return entry


def test_an_effect_is_done_once(effect: Recorder) -> None:
    entry = run(run(enqueue()))

    assert effect.payloads == [{"id": 7}]
    assert (entry.done_at, entry.tries, entry.lease_until) == (NOW, 1, None)


def test_the_same_key_again_changes_nothing(effect: Recorder) -> None:
    assert enqueue().pk == enqueue().pk
    assert OutboxEntry.objects.count() == 1


def test_an_effect_waits_for_its_time(effect: Recorder) -> None:
    entry = enqueue(due_at=NOW + timedelta(hours=1))

    assert outbox.due_ids(NOW) == []
    run(entry)
    assert effect.payloads == []
    assert outbox.due_ids(NOW + timedelta(hours=1)) == [entry.pk]


def test_a_failure_is_tried_again_with_growing_pauses(effect: Recorder) -> None:
    effect.error = ValueError("what a person wrote")
    entry, at, pauses = enqueue(), NOW, []
    for _ in range(3):
        run(entry, at)
        pauses.append((entry.due_at - at).total_seconds())
        at = entry.due_at

    assert pauses == [5, 10, 20]
    assert entry.last_error.startswith("ValueError in __call__:")
    assert "person" not in entry.last_error


def test_a_dead_letter_is_kept_and_can_be_tried_again(effect: Recorder) -> None:
    effect.error = ValueError()
    entry = enqueue()
    OutboxEntry.objects.update(tries=outbox.MAX_TRIES - 1)

    run(entry)
    assert entry.dead_at == NOW
    assert outbox.due_ids(NOW + timedelta(days=9)) == []

    effect.error = None
    outbox.retry(entry, now=NOW)
    assert run(entry).done_at == NOW


def test_giving_up_names_the_reason_and_later_is_no_failure(effect: Recorder) -> None:
    effect.error = outbox.Later(30)
    entry = run(enqueue())
    assert (entry.due_at, entry.tries) == (NOW + timedelta(seconds=30), 0)

    effect.error = outbox.GiveUp("the intake was withdrawn")
    entry = run(entry, NOW + timedelta(minutes=1))
    assert entry.last_error == "the intake was withdrawn"
    assert entry.dead_at


def test_a_leased_row_is_left_alone_until_the_lease_ends(
    effect: Recorder, settings: Settings
) -> None:
    entry = enqueue()
    assert outbox.claim(entry.pk, now=NOW)

    assert outbox.claim(entry.pk, now=NOW) is None
    after = NOW + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS + 1)
    assert run(entry, after).done_at == after
    assert entry.tries == 2


def test_a_broker_that_is_down_turns_no_click_into_an_error(
    effect: Recorder, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        entry = enqueue()

    assert len(callbacks) == 1
    assert outbox.due_ids(NOW) == [entry.pk]


def test_the_oldest_due_row_tells_how_far_behind_the_worker_is(effect: Recorder) -> None:
    assert outbox.oldest_due_seconds(NOW) == 0
    enqueue()
    enqueue("later", due_at=NOW + timedelta(hours=1))

    assert outbox.oldest_due_seconds(NOW + timedelta(seconds=90)) == 90


def test_a_new_embedded_worker_takes_over_what_its_forerunner_left(effect: Recorder) -> None:
    entry = enqueue()
    outbox.claim(entry.pk, now=NOW)

    outbox.release_leases()

    assert run(entry).done_at == NOW


def test_an_effect_that_kills_its_worker_is_set_aside_in_the_end(
    effect: Recorder, settings: Settings
) -> None:
    entry, at = enqueue(), NOW
    for _ in range(outbox.MAX_TRIES):  # claimed, and never heard of again
        assert outbox.claim(entry.pk, now=at)
        at += timedelta(seconds=settings.OUTBOX_LEASE_SECONDS + 1)

    run(entry, at)

    assert effect.payloads == []
    assert (entry.dead_at, entry.last_error) == (at, "the worker died at every try")


def test_what_was_settled_six_years_ago_is_forgotten_a_bounded_number_at_a_time(
    effect: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_FORGOTTEN", 2)
    long_ago, within = NOW - outbox.KEPT - timedelta(seconds=1), NOW - outbox.KEPT
    for key, settled in {
        "done": {"done_at": long_ago},
        "dead": {"dead_at": long_ago},
        "done later": {"done_at": long_ago},
        "done within": {"done_at": within},
        "dead within": {"dead_at": within},
        "still due": {"due_at": long_ago, "created_at": long_ago},
    }.items():
        enqueue(key)
        OutboxEntry.objects.filter(key=key).update(**settled)

    assert outbox.forget_old(now=NOW) == 2
    assert outbox.forget_old(now=NOW) == 1
    assert outbox.forget_old(now=NOW) == 0

    left = OutboxEntry.objects.values_list("key", flat=True)
    assert set(left) == {"done within", "dead within", "still due"}


def test_six_years_are_no_shorter_than_the_calendar_s() -> None:
    today = datetime(2028, 2, 28, tzinfo=UTC)

    assert today - outbox.KEPT <= today.replace(year=2022)

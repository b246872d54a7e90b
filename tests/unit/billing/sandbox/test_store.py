"""The sandbox's memory."""

from pathlib import Path
from threading import Thread

import pytest

from billing.sandbox.errors import ApiError
from billing.sandbox.store import Store


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(":memory:" if request.param == "memory" else str(tmp_path / "store.sqlite3"))


def ids(store: Store) -> list[str]:
    return [thing["id"] for thing in store.newest_first("thing")]


def add(store: Store, name: str) -> None:
    store.add({"id": name, "object": "thing"})


def fail_after_adding(store: Store, name: str) -> None:
    with store.transaction():
        add(store, name)
        raise RuntimeError


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError):
        fail_after_adding(store, "a")

    assert ids(store) == []
    store.close()


def test_an_inner_failure_takes_back_only_the_inner(store: Store) -> None:
    with store.transaction():
        add(store, "outer")
        with pytest.raises(RuntimeError):
            fail_after_adding(store, "inner")
        add(store, "after")

    assert ids(store) == ["after", "outer"]
    store.close()


def test_threads_take_turns(store: Store) -> None:
    add(store, "counter")

    def count() -> None:
        for _ in range(15):
            with store.transaction():
                thing = store.get("thing", "counter")
                store.save({**thing, "n": thing.get("n", 0) + 1})

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.get("thing", "counter")["n"] == 60
    store.close()


def test_a_thing_of_another_kind_is_not_found(store: Store) -> None:
    add(store, "a")

    with pytest.raises(ApiError, match="No such refund: 'a'"):
        store.get("refund", "a")
    store.close()

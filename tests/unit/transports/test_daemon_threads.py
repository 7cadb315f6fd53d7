"""Work in daemon threads: what its callers are told, and what must never happen to two of them at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dynamo_document_builder.transports.sdk import events
from dynamo_document_builder.transports.threads import daemon_pool
from dynamo_document_builder.transports.threads.daemon_pool import ClosedError, DaemonPool, Shared, waited
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError, within


def test_the_time_that_passes_is_told_from_a_timeout_of_the_work() -> None:
    over = threading.Event()
    with pytest.raises(StillRunningError):
        within(0.0, lambda: over.wait(20))
    with pytest.raises(StillRunningError):
        waited(Shared(lambda: over.wait(20)).begun(), 0.0)

    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        within(20.0, fail)
    with pytest.raises(TimeoutError, match="its own"):
        waited(Shared(fail).begun(), 20.0)
    over.set()


def test_work_that_returns_nothing_has_returned() -> None:
    assert within(20.0, lambda: None) is None


def test_shared_work_that_failed_is_done_again() -> None:
    failures = [OSError("once")]

    def work() -> int:
        if failures:
            raise failures.pop()
        return 5

    shared = Shared(work)
    with pytest.raises(OSError, match="once"):
        waited(shared.begun(), 20.0)
    assert waited(shared.begun(), 20.0) == 5


def test_a_pool_never_starts_more_threads_than_it_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is taken, and a thread started for it, while the pool is locked: `close` would let it lie otherwise."""
    pool = DaemonPool(1)
    locked: list[bool] = []

    class Watched(threading.Thread):
        def start(self) -> None:
            locked.append(pool._lock.locked())
            super().start()

    class Queue:
        def put(self, work: Any) -> None:
            locked.append(pool._lock.locked())
            queue.put(work)

        def __getattr__(self, name: str) -> Any:
            return getattr(queue, name)

    queue = pool._queue
    pool._queue = Queue()  # type: ignore[assignment]
    monkeypatch.setattr(daemon_pool, "Thread", Watched)
    assert pool.submit(lambda: 5).result(20) == 5
    assert locked == [True, True]
    pool.close()
    with pytest.raises(ClosedError):
        pool.submit(lambda: 5)


def test_handlers_are_registered_by_one_thread_at_a_time() -> None:
    locked: list[bool] = []

    class Events:
        def register_first(self, *_: Any, **__: Any) -> None:
            locked.append(events._lock.locked())

        register = unregister = register_first

    client = Events()
    events.watch(client)
    events.refresh(client)
    assert len(locked) >= len(events._HANDLERS) + 2
    assert all(locked)

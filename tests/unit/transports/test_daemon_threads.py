"""Work in daemon threads: what its callers are told, and what must never happen to two of them at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dynamo_document_builder.transports.sdk import events
from dynamo_document_builder.transports.threads import daemon_pool
from dynamo_document_builder.transports.threads.daemon_pool import ClosedError, DaemonPool, SingleFlight, result_within
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError, run_with_timeout


def test_the_time_that_passes_is_told_from_a_timeout_of_the_work() -> None:
    over = threading.Event()
    with pytest.raises(StillRunningError):
        run_with_timeout(0.0, lambda: over.wait(20))
    with pytest.raises(StillRunningError):
        result_within(SingleFlight(lambda: over.wait(20)).start(), 0.0)

    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        run_with_timeout(20.0, fail)
    with pytest.raises(TimeoutError, match="its own"):
        result_within(SingleFlight(fail).start(), 20.0)
    over.set()


def test_work_that_returns_nothing_has_returned() -> None:
    assert run_with_timeout(20.0, lambda: None) is None


def test_shared_work_that_failed_is_done_again() -> None:
    failures = [OSError("once")]

    def work() -> int:
        if failures:
            raise failures.pop()
        return 5

    shared = SingleFlight(work)
    with pytest.raises(OSError, match="once"):
        result_within(shared.start(), 20.0)
    assert result_within(shared.start(), 20.0) == 5


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
    events.register_handlers(client)
    events.clear_handler_cache(client)
    assert len(locked) >= len(events._HANDLERS) + 2
    assert all(locked)

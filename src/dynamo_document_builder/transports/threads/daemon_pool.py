"""Work in daemon threads with results as futures: a single thread, a pool, or one run that several callers share."""

from __future__ import annotations

import os
from concurrent.futures import Future, wait
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import finalize

from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError, run_into, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class ClosedError(Exception):
    """The pool is closed."""


def run_in_thread(work: Callable[[], R]) -> Future[R]:
    """Run a function in a new daemon thread, and return its future, which cannot be cancelled."""
    future: Future[R] = Future()
    future.set_running_or_notify_cancel()
    start_thread(future, work)
    return future


def result_within(future: Future[R], seconds: float | None) -> R:
    """
    Return the result of a future.

    Raises:
        StillRunningError: The future is not done after so many seconds. A `TimeoutError` comes from the work itself.

    """
    wait((future,), seconds)
    if not future.done():
        raise StillRunningError
    return future.result()


class SingleFlight(Generic[R]):
    """Runs a function once for all callers that start it while it is running."""

    __slots__ = ("_running", "_work")

    def __init__(self, work: Callable[[], R]) -> None:
        self._work = work
        self._running: dict[int, Future[R]] = {}
        """By process id, because a forked process does not have the thread."""

    def start(self) -> Future[R]:
        """Return the future of the current run. Without a current run, start one."""
        future: Future[R] = Future()
        future.set_running_or_notify_cancel()
        running = self._running.setdefault(os.getpid(), future)  # atomic, so threads need no lock
        if running is future:
            start_thread(future, self._run_and_clear)
        return running

    def _run_and_clear(self) -> R:
        try:
            return self._work()
        finally:
            del self._running[os.getpid()]


class DaemonPool:
    """
    A pool of at most *size* daemon threads. A thread is started only if all existing ones are busy.

    Submitted work is done even after `close`. The threads also end when the pool is garbage-collected. Python does not
    wait for daemon threads when it shuts down; the threads of a `ThreadPoolExecutor` can delay that for minutes.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._started = 0
        self._idle = Semaphore(0)
        self._queue: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._lock = Lock()
        self._end = finalize(self, self._queue.put, None)
        self._end.atexit = False

    def submit(self, work: Callable[[], R]) -> Future[R]:
        """Submit a function, and return its future, which can be cancelled until a thread starts it."""
        future: Future[R] = Future()
        with self._lock:
            if not self._end.alive:
                raise ClosedError
            self._queue.put(lambda: _run_unless_cancelled(future, work))
            if not self._idle.acquire(blocking=False) and self._started < self._size:
                Thread(target=_worker, args=(self._queue, self._idle), daemon=True).start()
                self._started += 1
        return future

    def close(self) -> None:
        """Refuse further work, and let the threads end after the submitted work, without waiting for them."""
        with self._lock:
            self._end()


# A thread refers to the queue and not to the pool, so that the pool can be garbage-collected.
def _worker(queue: SimpleQueue[Callable[[], object] | None], idle: Semaphore) -> None:
    while (work := queue.get()) is not None:
        work()
        del work  # it refers to an answer, which should be freed before the next work arrives
        idle.release()
    queue.put(None)  # ends the next thread


def _run_unless_cancelled(future: Future[R], work: Callable[[], R]) -> None:
    if future.set_running_or_notify_cancel():
        run_into(future, work)

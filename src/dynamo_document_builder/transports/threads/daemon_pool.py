"""Daemon threads whose results several callers wait for: a pool of them, and work that is shared."""

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
    """The pool takes no more work."""


def run_in_thread(work: Callable[[], R]) -> Future[R]:
    """Begin some work in a daemon thread of its own. The future cannot be cancelled."""
    future: Future[R] = Future()
    future.set_running_or_notify_cancel()
    start_thread(future, work)
    return future


def result_within(future: Future[R], seconds: float | None) -> R:
    """Return what a future gives within so many seconds. A `TimeoutError` is one of the work itself."""
    wait((future,), seconds)
    if not future.done():
        raise StillRunningError
    return future.result()


class SingleFlight(Generic[R]):
    """Work that is done once for all who ask for its result while it is under way."""

    __slots__ = ("_running", "_work")

    def __init__(self, work: Callable[[], R]) -> None:
        self._work = work
        self._running: dict[int, Future[R]] = {}
        """By process: a fork does not have the thread."""

    def start(self) -> Future[R]:
        """Return the future of the work under way, which is begun if there is none."""
        future: Future[R] = Future()
        future.set_running_or_notify_cancel()
        running = self._running.setdefault(os.getpid(), future)  # a single step, so threads need no lock
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
    At most so many daemon threads, each started when all others are busy.

    Work that was submitted is done even after `close`. The threads of a pool that is forgotten end too. What is still
    under way when the interpreter ends is dropped: `ThreadPoolExecutor` would wait for it, minutes if a server hangs.
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
        """Have some work done; its future can be cancelled until a thread has begun with it."""
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
        """Take no more work, and let the threads end when all is done; nobody waits for them."""
        with self._lock:
            self._end()


# A thread knows the queue and not the pool, so that a pool can be forgotten.
def _worker(queue: SimpleQueue[Callable[[], object] | None], idle: Semaphore) -> None:
    while (work := queue.get()) is not None:
        work()
        del work  # it holds an answer, and the next one may be long in coming
        idle.release()
    queue.put(None)  # for the next thread


def _run_unless_cancelled(future: Future[R], work: Callable[[], R]) -> None:
    if future.set_running_or_notify_cancel():
        run_into(future, work)

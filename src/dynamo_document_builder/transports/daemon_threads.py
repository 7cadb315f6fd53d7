"""Work in daemon threads: it never keeps the interpreter, or an event loop, from ending."""

from __future__ import annotations

from concurrent.futures import Future, wait
from contextvars import copy_context
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import TYPE_CHECKING, TypeVar
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class StillRunningError(Exception):
    """The time passed; the work continues, and its result is dropped."""


class ClosedError(Exception):
    """The pool takes no more work."""


def started(work: Callable[[], R]) -> Future[R]:
    """
    Begin some work in a thread of its own, which sees the caller's context variables.

    The future cannot be cancelled: several callers may wait for it.
    """
    future: Future[R] = Future()
    future.set_running_or_notify_cancel()
    Thread(target=copy_context().run, args=(_fulfil, future, work), daemon=True).start()
    return future


def within(seconds: float, work: Callable[[], R]) -> R:
    """Do some work in a thread of its own, and wait for it so many seconds; then it is left to itself."""
    return waited(started(work), seconds)


def waited(future: Future[R], seconds: float | None) -> R:
    """Return what a future gives within so many seconds. A `TimeoutError` is always that of the work itself."""
    wait((future,), seconds)
    if not future.done():
        raise StillRunningError
    return future.result()


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
            self._queue.put(lambda: _begun(future, work))
            if not self._idle.acquire(blocking=False) and self._started < self._size:
                Thread(target=_work_off, args=(self._queue, self._idle), daemon=True).start()
                self._started += 1
        return future

    def close(self) -> None:
        """Take no more work, and let the threads end when all is done; nobody waits for them."""
        with self._lock:
            self._end()


# A thread knows the queue and not the pool, so that a pool can be forgotten.
def _work_off(queue: SimpleQueue[Callable[[], object] | None], idle: Semaphore) -> None:
    while (work := queue.get()) is not None:
        work()
        del work  # it holds an answer, and the next one may be long in coming
        idle.release()
    queue.put(None)  # for the next thread


def _begun(future: Future[R], work: Callable[[], R]) -> None:
    if future.set_running_or_notify_cancel():
        _fulfil(future, work)


def _fulfil(future: Future[R], work: Callable[[], R]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  it is the caller's, who may be interrupted by it
        future.set_exception(error)
    else:
        future.set_result(result)

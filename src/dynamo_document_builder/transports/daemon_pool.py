"""Threads that work off a queue, and never keep the interpreter from ending."""

from __future__ import annotations

from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import TYPE_CHECKING, TypeVar
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class ClosedError(Exception):
    """The pool takes no more work."""


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
            self._queue.put(lambda: _fulfil(future, work))
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


def _fulfil(future: Future[R], work: Callable[[], R]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  it is the caller's, who may be interrupted by it
        future.set_exception(error)
    else:
        future.set_result(result)

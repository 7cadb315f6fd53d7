"""Work in daemon threads, which never keep the interpreter or an event loop from ending."""

from __future__ import annotations

from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)


class StillRunningError(Exception):
    """The time passed; the work continues, and its result is dropped."""


class ResultSink(Protocol[R_contra]):
    """Takes the result of some work, as a `concurrent.futures.Future` does."""

    def set_result(self, result: R_contra, /) -> None:
        """Take what the work returns."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Take what the work raises."""


def start_thread(outcome: ResultSink[R], work: Callable[[], R]) -> Thread:
    """Begin some work in a thread of its own, which sees the caller's context variables."""
    thread = Thread(target=copy_context().run, args=(run_into, outcome, work), daemon=True)
    thread.start()
    return thread


def run_into(outcome: ResultSink[R], work: Callable[[], R]) -> None:
    """Do some work, and pass on what it returns or raises."""
    try:
        result = work()
    except StopIteration as error:  # which no future of asyncio can hold
        failure = RuntimeError("the work raised StopIteration")
        failure.__cause__ = error
        outcome.set_exception(failure)
    except BaseException as error:  # noqa: BLE001  it is the caller's, who may be interrupted by it
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


def run_with_timeout(seconds: float, work: Callable[[], R]) -> R:
    """
    Do some work in a thread of its own and wait for it, so many seconds at most.

    A `TimeoutError` is one of the work itself; `StillRunningError` says that the time passed.
    """
    outcome = _Outcome[R]()
    start_thread(outcome, work).join(max(seconds, 0.0))
    return outcome.result()


class _Outcome(Generic[R]):
    """What became of some work. `Future` would load `logging`, 3 ms of the first request that looks up a name."""

    __slots__ = ("_failure", "_results")

    def __init__(self) -> None:
        self._results: tuple[R, ...] = ()
        self._failure: BaseException | None = None

    def set_result(self, result: R, /) -> None:
        self._results = (result,)

    def set_exception(self, exception: BaseException, /) -> None:
        self._failure = exception

    def result(self) -> R:
        if self._failure is not None:
            raise self._failure
        if not self._results:
            raise StillRunningError
        return self._results[0]

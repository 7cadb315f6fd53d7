"""Runs functions in daemon threads, which do not delay the end of the interpreter or of an event loop."""

from __future__ import annotations

from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)


class StillRunningError(Exception):
    """The time-out passed. The work continues, and its result is dropped."""


class ResultSink(Protocol[R_contra]):
    """Takes the result of a function, as `concurrent.futures.Future` does."""

    def set_result(self, result: R_contra, /) -> None:
        """Take the return value."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Take the exception."""


def start_thread(outcome: ResultSink[R], work: Callable[[], R]) -> Thread:
    """Start a function in a new thread, which sees the context variables of the caller."""
    thread = Thread(target=copy_context().run, args=(run_into, outcome, work), daemon=True)
    thread.start()
    return thread


def run_into(outcome: ResultSink[R], work: Callable[[], R]) -> None:
    """Run a function, and pass its return value or exception to *outcome*."""
    try:
        result = work()
    except StopIteration as error:  # asyncio futures do not accept it
        failure = RuntimeError("the work raised StopIteration")
        failure.__cause__ = error
        outcome.set_exception(failure)
    except BaseException as error:  # noqa: BLE001  raised again in the thread of the caller
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


def run_with_timeout(seconds: float, work: Callable[[], R]) -> R:
    """
    Run a function in a new thread, and return its result.

    Raises:
        StillRunningError: The function is not done after so many seconds. A `TimeoutError` comes from the function.
    """
    outcome = _Outcome[R]()
    start_thread(outcome, work).join(max(seconds, 0.0))
    return outcome.result()


class _Outcome(Generic[R]):
    """The result of a function. `concurrent.futures.Future` would load `logging`, which takes 3 ms."""

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

"""A bound on how long a caller waits for work that cannot itself be stopped."""

from __future__ import annotations

from concurrent.futures import Future, wait
from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class StillRunningError(Exception):
    """The time passed; the work goes on, and what becomes of it is dropped."""


def within(seconds: float, work: Callable[[], R]) -> R:
    """
    Do some work in a thread of its own, which sees the caller's context variables, and wait for it so long.

    The thread is a daemon: work that was given up does not keep the interpreter from ending.
    """
    future: Future[R] = Future()
    Thread(target=copy_context().run, args=(_fulfil, future, work), daemon=True).start()
    wait((future,), seconds)
    if not future.done():
        raise StillRunningError
    return future.result()


def _fulfil(future: Future[R], work: Callable[[], R]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  it is the caller's, who may be interrupted by it
        future.set_exception(error)
    else:
        future.set_result(result)

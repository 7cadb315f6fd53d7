"""The end of a run: its exit status, and the message for an error."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NoReturn, Self

import click

from dynamo_document_builder.cli.output import flush, print_message
from dynamo_document_builder.errors import (
    BatchIncompleteError,
    DefinitionError,
    DocumentBuilderError,
    NoAnswerError,
    OutcomeUnknownError,
    StoredItemError,
    UnexpectedResponseError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Generator


class Exit(IntEnum):
    """The exit statuses of `ddb`."""

    meaning: str
    """The description in the help of `ddb`."""

    def __new__(cls, status: int, meaning: str) -> Self:
        """Create a status from its number and description."""
        member = int.__new__(cls, status)
        member._value_, member.meaning = status, meaning
        return member

    OK = 0, "done; the condition is true; something was found"
    NO = 1, "nothing was found; a tested condition is false; you declined; something was put aside"
    USAGE = 2, "the arguments, or a line of an import, are invalid; nothing was sent unless the message says so"
    REFUSED = 3, "DynamoDB refused the request, or the condition of a write is false; it wrote nothing"
    UNKNOWN = 4, "the outcome of a write is unknown, or only a part of a batch was written"
    UNREACHED = 5, "no answer came: no connection, no credentials; nothing was written"
    UNREADABLE = 6, "a stored item does not fit the schema, or an answer cannot be read"
    FILE = 7, "a local file, standard input or standard output cannot be read or written"
    INTERRUPTED = 130, "Ctrl-C ended it"
    CLOSED = 141, "the program that read the output has ended"


_UNFIT_ADVICE: Final = "pass --on-unfit skip or --on-unfit collect to read the other items"


@contextmanager
def report_errors() -> Generator[None]:
    """Print expected errors as one message, and exit with their status. A bug in `ddb` keeps its traceback."""
    try:
        try:
            yield
        except (click.Abort, KeyboardInterrupt):
            raise  # no flush, which could block if the reader of the output has stopped
        except BaseException:
            flush()
            raise
        flush()
    except click.ClickException as error:
        error.show()
        _exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt) as error:
        _end_interrupted(f"{error}")
    except BrokenPipeError:
        _end_closed()
    except Exception as error:
        code = _exit_status(error)
        if code is None:
            raise
        print_message(f"ddb: {_text_of(error)}")
        _exit(code)


def _exit_status(error: Exception) -> Exit | None:
    """Return the exit status for an error, or `None` for an unexpected error."""
    if _is_named(error, _CONNECTION_ERRORS):
        return Exit.UNREACHED
    for cls, code in _STATUSES:
        if isinstance(error, cls):
            is_open = code is Exit.REFUSED and getattr(error, "is_open", False)
            return Exit.UNKNOWN if is_open else code
    return None


_STATUSES: Final[tuple[tuple[type[Exception], Exit], ...]] = (
    (UsageError, Exit.USAGE),
    (DefinitionError, Exit.USAGE),
    (NoAnswerError, Exit.UNREACHED),
    (StoredItemError, Exit.UNREADABLE),
    (UnexpectedResponseError, Exit.UNREADABLE),
    (OutcomeUnknownError, Exit.UNKNOWN),
    (BatchIncompleteError, Exit.UNKNOWN),
    (DocumentBuilderError, Exit.REFUSED),
    (OSError, Exit.FILE),
)
"""The exit status for each class of errors. The first class that matches counts."""


_CONNECTION_ERRORS: Final = frozenset(
    {
        "botocore.exceptions.BotoCoreError",
        "dynamo_document_builder.transports.http.configuration.credentials.NoCredentialsError",
    }
)
"""Errors about missing credentials or a missing region. Their names are enough, so no module is imported for them."""


def _is_named(error: Exception, names: frozenset[str]) -> bool:
    return any(f"{base.__module__}.{base.__name__}" in names for base in type(error).__mro__)


def _text_of(error: Exception) -> str:
    if isinstance(error, StoredItemError):
        from dynamo_document_builder.model.reading.unfit import ADVICE  # noqa: PLC0415  lazy import: only this error

        return f"{error}".replace(ADVICE, _UNFIT_ADVICE)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{os.fspath(error.filename)}: {error.strerror}"
    return f"{error}"


def _end_interrupted(said: str) -> NoReturn:
    """Print the message and exit without waiting for threads, because a server may never answer them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print_message(f"ddb: interrupted{said and f'; {said}'}")
    _exit_now(Exit.INTERRUPTED)


class InterruptedRunError(KeyboardInterrupt):
    """Ctrl-C, with a text about the state of the work that it ended."""


@contextmanager
def noting_interrupt(said: str) -> Generator[None]:
    """Add a text about the state of the work to the message if Ctrl-C ends the work inside."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise InterruptedRunError(said) from error


def _end_closed() -> NoReturn:
    """Exit by SIGPIPE, as other programs do if the reader of their output has ended; a shell shows status 141."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    _exit_now(Exit.CLOSED)


def _exit(code: Exit) -> NoReturn:
    flush()
    sys.exit(code)


def _exit_now(code: Exit) -> NoReturn:
    """Exit without waiting for threads, or for the reader of the output."""
    try:
        sys.stderr.flush()
    finally:
        os._exit(code)

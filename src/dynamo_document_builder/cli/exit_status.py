"""How a run ends: the exit status, and the message for each error."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NoReturn, Self

import click

from dynamo_document_builder.cli.output import flush, note
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
    """What the exit status says."""

    says: str
    """The same in words."""

    def __new__(cls, status: int, says: str) -> Self:
        """Make a status of its number and its words."""
        member = int.__new__(cls, status)
        member._value_, member.says = status, says
        return member

    OK = 0, "done; the condition is true; something was found"
    NO = 1, "nothing was found; a tested condition is false; you declined; something was put aside"
    USAGE = 2, "the call, or a line of an import, is wrong; nothing was sent unless the message says so"
    REFUSED = 3, "DynamoDB refused the request, or the condition of a write is false; it wrote nothing"
    UNKNOWN = 4, "it is not known whether something was written, or only a part of a batch was"
    UNREACHED = 5, "no answer came: no connection, no credentials; nothing was written"
    UNREADABLE = 6, "DynamoDB answered, and a stored item does not fit the schema"
    FILE = 7, "a local file, standard input or standard output cannot be read or written"
    INTERRUPTED = 130, "Ctrl-C ended it"
    CLOSED = 141, "the program that read the output has ended"


_WAYS_ON: Final = "pass --on-unfit skip or --on-unfit collect to read the other items"


@contextmanager
def told() -> Generator[None]:
    """Tell each expected error in one message; an error of the program itself keeps its traceback."""
    try:
        try:
            yield
        except (click.Abort, KeyboardInterrupt):
            raise  # no flush: whoever reads the output may have stopped reading
        except BaseException:
            flush()
            raise
        flush()
    except click.ClickException as error:
        error.show()
        _end(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt) as error:
        _interrupted(f"{error}")
    except BrokenPipeError:
        _closed()
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        note(f"ddb: {_text_of(error)}")
        _end(code)


def _code_of(error: Exception) -> Exit | None:
    """Return the exit status for an error, `None` for one that nobody expects."""
    if _is_one_of(error, _WITHOUT_A_WAY):
        return Exit.UNREACHED
    for cls, code in _CODES:
        if isinstance(error, cls):
            is_open = code is Exit.REFUSED and getattr(error, "is_open", False)
            return Exit.UNKNOWN if is_open else code
    return None


_CODES: Final[tuple[tuple[type[Exception], Exit], ...]] = (
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
"""The exit status for each class of errors; the first that fits counts."""


_WITHOUT_A_WAY: Final = frozenset(
    {
        "botocore.exceptions.BotoCoreError",
        "dynamo_document_builder.transports.http.configuration.credentials.NoCredentialsError",
    }
)
"""Errors of having no credentials, or no region; by name, as their modules are loaded only by a run that needs them."""


def _is_one_of(error: Exception, names: frozenset[str]) -> bool:
    return any(f"{base.__module__}.{base.__name__}" in names for base in type(error).__mro__)


def _text_of(error: Exception) -> str:
    if isinstance(error, StoredItemError):
        from dynamo_document_builder.model.reading.unfit import ADVICE  # noqa: PLC0415  for this error only

        return f"{error}".replace(ADVICE, _WAYS_ON)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{os.fspath(error.filename)}: {error.strerror}"
    return f"{error}"


def _interrupted(said: str) -> NoReturn:
    """End at once: threads may be waiting for a server that never answers, and nobody waits for them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    note(f"ddb: interrupted{said and f'; {said}'}")
    _leave(Exit.INTERRUPTED)


class InterruptedRunError(KeyboardInterrupt):
    """Ctrl-C, with what is true of the work that it ended."""


@contextmanager
def if_interrupted(said: str) -> Generator[None]:
    """Say what is true of the work inside if Ctrl-C ends it."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise InterruptedRunError(said) from error


def _closed() -> NoReturn:
    """End as other programs do whose reader has gone: by SIGPIPE, which is 141 to a shell."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    _leave(Exit.CLOSED)


def _end(code: Exit) -> NoReturn:
    flush()
    sys.exit(code)


def _leave(code: Exit) -> NoReturn:
    """End without waiting for threads, or for whoever reads the output."""
    try:
        sys.stderr.flush()
    finally:
        os._exit(code)

"""
What is logged, under one name: requests and their answers, waits before another try, and outcomes that stay unknown.

A record has no key and no value in it: operations and tables, attempts, codes, request ids and seconds.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import OutcomeUnknownError, ServiceError

if TYPE_CHECKING:
    from logging import Logger

    from dynamo_document_builder.wire.request import Request, Response

NAME: Final = "dynamo_document_builder"
_DEBUG: Final = 10
_INFO: Final = 20
_WARNING: Final = 30


_found: Final[list[Logger]] = []


def _logger(level: int) -> Logger | None:
    """Return the logger, `None` if nobody listens; whoever does has loaded `logging`, so no start-up pays for it."""
    if not _found:
        if "logging" not in sys.modules:
            return None
        import logging  # noqa: PLC0415  another thread may be about to load it: this waits for that

        logger = logging.getLogger(NAME)
        logger.addHandler(logging.NullHandler())  # without any handler, Python writes warnings to stderr
        _found.append(logger)
    logger = _found[0]
    return logger if logger.isEnabledFor(level) else None


def begun() -> float | None:
    """Return when a request was begun, `None` where nobody wants to know."""
    return None if _logger(_DEBUG) is None else time.perf_counter()


def answered(request: Request, response: Response, since: float) -> None:
    """Tell of an answer."""
    logger = _logger(_DEBUG)
    if logger is not None:
        metadata = response.metadata
        facts = _facts(request, since, None, metadata.attempts, metadata.request_id)
        logger.debug("%s on %s was answered", request.operation, _tables(request), extra=facts)


def failed(request: Request, error: Exception, since: float | None) -> None:
    """Tell of an error; one that leaves open whether something was written is a warning."""
    is_unknown = isinstance(error, OutcomeUnknownError) or getattr(error, "outcome_unknown", False)
    level = _WARNING if is_unknown else _DEBUG
    logger = _logger(level)
    if logger is None:
        return
    if isinstance(error, ServiceError):
        facts = _facts(request, since, error.code, error.attempts, error.request_id)
    else:
        facts = _facts(request, since, type(error).__name__, None, None)
    outcome = "failed, its outcome is unknown" if is_unknown else "failed"
    logger.log(level, "%s on %s %s: %s", request.operation, _tables(request), outcome, facts["code"], extra=facts)


def _tables(request: Request) -> str:
    return ", ".join(dict.fromkeys(request.tables))


def _facts(
    request: Request, since: float | None, code: str | None, attempts: int | None, request_id: str | None
) -> dict[str, Any]:
    return {
        "operation": request.operation,
        "tables": request.tables,
        "code": code,
        "attempts": attempts,
        "request_id": request_id,
        "seconds": None if since is None else time.perf_counter() - since,
    }


def waiting(seconds: float) -> None:
    """Tell of a wait before another try."""
    logger = _logger(_INFO)
    if logger is not None:
        logger.info("waiting %.3f s before the next try", seconds, extra={"seconds": seconds})

"""
Log records under the name `dynamo_document_builder`: answers, errors, and pauses before a retry.

Records contain operations, tables, attempts, codes, request ids and seconds. They contain no keys and no values.
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


_cached_logger: Final[list[Logger]] = []


def _logger(level: int) -> Logger | None:
    """Return the logger if it is enabled for a level; without an import of `logging`, no program has enabled it."""
    if not _cached_logger:
        if "logging" not in sys.modules:
            return None
        import logging  # noqa: PLC0415  lazy import: 3 ms that a program without logs does not need

        logger = logging.getLogger(NAME)
        logger.addHandler(logging.NullHandler())  # without any handler, Python writes warnings to stderr
        _cached_logger.append(logger)
    logger = _cached_logger[0]
    return logger if logger.isEnabledFor(level) else None


def start_time() -> float | None:
    """Return the time at which a request starts, or `None` if answers are not logged."""
    return None if _logger(_DEBUG) is None else time.perf_counter()


def log_answer(request: Request, response: Response, since: float) -> None:
    """Log an answer at level DEBUG."""
    logger = _logger(_DEBUG)
    if logger is not None:
        metadata = response.metadata
        extra = _extra(request, since, None, metadata.attempts, metadata.request_id)
        logger.debug("%s on %s was answered", request.operation, _table_names(request), extra=extra)


def log_failure(request: Request, error: Exception, since: float | None) -> None:
    """Log an error at level DEBUG, or WARNING if the outcome of a write is unknown."""
    is_unknown = isinstance(error, OutcomeUnknownError) or getattr(error, "outcome_unknown", False)
    level = _WARNING if is_unknown else _DEBUG
    logger = _logger(level)
    if logger is None:
        return
    if isinstance(error, ServiceError):
        extra = _extra(request, since, error.code, error.attempts, error.request_id)
    else:
        extra = _extra(request, since, type(error).__name__, None, None)
    outcome = "failed, its outcome is unknown" if is_unknown else "failed"
    logger.log(level, "%s on %s %s: %s", request.operation, _table_names(request), outcome, extra["code"], extra=extra)


def _table_names(request: Request) -> str:
    return ", ".join(dict.fromkeys(request.tables))


def _extra(
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


def log_wait(seconds: float) -> None:
    """Log a pause before a retry at level INFO."""
    logger = _logger(_INFO)
    if logger is not None:
        logger.info("waiting %.3f s before the next try", seconds, extra={"seconds": seconds})

"""
The names and types of options, for the signatures of commands that define `__init__` themselves.

A `TypedDict` that a signature unpacks is closed, so that type checkers refuse unknown options. A closed `TypedDict`
cannot be a base class, so the shared bases are open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from dynamo_document_builder.model.options.options import ReturnConsumedCapacity
    from dynamo_document_builder.model.options.retry_policy import RetryPolicy
    from dynamo_document_builder.wire.limits import Abort


class CommonOptionNames(TypedDict, total=False):
    """The options of every command."""

    skip_validation: bool
    timeout: float | None
    abort: Abort | None
    return_consumed_capacity: ReturnConsumedCapacity | None


class RetryOptionNames(CommonOptionNames, total=False):
    """The options of commands that the library retries."""

    retry: RetryPolicy | None


class TransactOptionNames(RetryOptionNames, total=False, closed=True):
    """The options of `transact` and `atransact`."""

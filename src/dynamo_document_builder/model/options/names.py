"""
The names and types of options, for the signatures of commands that write their own `__init__`.

What a signature unpacks is closed: type checkers then refuse a name that is not in it. A closed one cannot be extended,
so what several share is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from dynamo_document_builder.model.options.options import ReturnConsumedCapacity
    from dynamo_document_builder.model.options.retry_policy import RetryPolicy
    from dynamo_document_builder.wire.limits import Abort


class CommonOptionNames(TypedDict, total=False):
    """The options every command shares."""

    skip_validation: bool
    timeout: float | None
    abort: Abort | None
    return_consumed_capacity: ReturnConsumedCapacity | None


class PatientOptionNames(CommonOptionNames, total=False):
    """The options of what can be sent again."""

    retry: RetryPolicy | None


class TransactOptionNames(PatientOptionNames, total=False, closed=True):
    """The options of a `transact`."""

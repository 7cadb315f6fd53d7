"""What Put, Update and Delete share: their options, and the two places they are rendered for."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from time import time_ns
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from attrs import field, frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import ConditionFailedError, OutcomeUnknownError, StoredItemError
from dynamo_document_builder.model.options import (
    Ineffective,
    ReturnItemCollectionMetrics,
    ReturnOldOnFailure,
    one_of,
    option,
)
from dynamo_document_builder.model.patience import PatientOptions, patiently
from dynamo_document_builder.model.results import (  # noqa: TC001  msgspec looks them up
    ConsumedCapacity,
    ItemCollectionMetrics,
)
from dynamo_document_builder.model.write_command import WriteCommand
from dynamo_document_builder.wire.flow import Flow, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.expressions.functions import ConditionLike
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.operation import Operation
    from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

S = TypeVar("S")


def _condition(given: ConditionLike | None) -> Condition | None:
    if given is None:
        return None
    from dynamo_document_builder.expressions.functions import as_condition  # noqa: PLC0415  many writes have none

    return as_condition(given)


def _now() -> int:
    # Looked up at every call, so that what replaces the clock in a test is seen.
    return time_ns()


_alone_only = Ineffective(
    "return_values", "return_item_collection_metrics", "return_consumed_capacity", "timeout", "abort", "retry"
)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class SingleWrite(WriteCommand[S], PatientOptions):
    """A write that can be sent alone and be part of a transaction: rendered by the same code for both."""

    condition: Condition | None = field(default=None, converter=_condition)
    """What must be true of the item that is there now."""
    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    return_values_on_condition_check_failure: ReturnOldOnFailure | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE")
    )
    """The item as it was comes with the error, unless this says "NONE"."""
    check_version: bool = True
    """
    Whether the write is refused if the item was changed since it was read.

    It is about a schema that keeps a version, where the command has the one that was read. `False` overwrites what
    others wrote in between; the version is counted up all the same.
    """
    label: str | None = None
    """A name for this operation, to find its reason by when a transaction is cancelled."""
    # When it was built, in nanoseconds, not when it is sent: sending it again is then the same request.
    made_ns: int = field(factory=_now, init=False, eq=False, repr=False)

    @property
    def operation_label(self) -> str | None:
        return self.label

    def operation(self, entity: EntityModel[S], /) -> Operation:
        """Return the write in DynamoDB JSON, to be sent alone."""
        return self.written(entity, (), trusted=self.skip_validation)

    def transact_operation(self, entity: EntityModel[S], /, *, trusted: bool = False) -> Operation:
        """Return the write in DynamoDB JSON, as part of a transaction."""
        return self.written(entity, _alone_only(self), trusted=trusted or self.skip_validation)

    @abstractmethod
    def written(self, entity: EntityModel[S], notes: Sequence[str], /, *, trusted: bool) -> Operation:
        """Return the write in DynamoDB JSON; `notes` are findings to report with its own."""

    def send_alone(
        self, entity: EntityModel[Any], operation: str, return_values: str | None
    ) -> Flow[tuple[Operation, Request, Response]]:
        """Send it as a request of its own; a refusal comes back in the caller's terms."""
        rendered = self.operation(entity)
        request = rendered.request(operation, self._request_options(return_values))
        try:
            response = yield from patiently(partial(ask, request), self.retry)
        except ConditionFailedError as error:
            from dynamo_document_builder.model.refusals import condition_failed  # noqa: PLC0415  no cold start pays for it

            raise condition_failed(error, self, entity, rendered.guard) from error.__cause__
        except OutcomeUnknownError as error:
            raise error.about(self) from error.__cause__
        return rendered, request, response

    def _request_options(self, return_values: str | None) -> str:
        return (
            option("ReturnValues", return_values)
            + option("ReturnItemCollectionMetrics", self.return_item_collection_metrics)
            + option("ReturnConsumedCapacity", self.return_consumed_capacity)
        )


class WriteResult(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """A write that was applied."""

    item_error: StoredItemError | None = None
    """Set when the attributes that came back do not fit the schema; the write was applied all the same."""
    response_metadata: ResponseMetadata
    consumed_capacity: ConsumedCapacity | None = None
    item_collection_metrics: ItemCollectionMetrics | None = None


class WriteOutput(msgspec.Struct, rename="pascal"):
    """The answer to a single write."""

    attributes: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None
    item_collection_metrics: ItemCollectionMetrics | None = None

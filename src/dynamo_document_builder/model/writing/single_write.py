"""SingleWrite: the options of Put, Update and Delete, and their rendering for a request or a transaction."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec
from attrs import field, frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import ConditionFailedError, OutcomeUnknownError, StoredItemError
from dynamo_document_builder.model.commands.results import (  # noqa: TC001  msgspec evaluates the annotations
    ConsumedCapacity,
    ItemCollectionMetrics,
)
from dynamo_document_builder.model.managed.timestamps import Timestamped, unused_timestamp
from dynamo_document_builder.model.options.nested import ineffective_options
from dynamo_document_builder.model.options.options import (
    ReturnItemCollectionMetrics,
    ReturnOldOnFailure,
    check_label,
    one_of,
    option,
    yes_or_no,
)
from dynamo_document_builder.model.options.retrying import RetryOptions, send_with_retry
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.wire.flow import Flow, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.builders.condition_forms import ConditionLike
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

S = TypeVar("S")


def _condition(given: ConditionLike | None) -> Condition | None:
    if given is None:
        return None
    # Lazy import: only writes with a condition need it.
    from dynamo_document_builder.expressions.builders.condition_forms import as_condition  # noqa: PLC0415

    return as_condition(given)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class SingleWrite(WriteCommand[S], RetryOptions):
    """A write that can be sent alone or as an operation of a transaction."""

    __options_in_groups__: ClassVar = frozenset(
        {"condition", "return_values_on_condition_check_failure", "check_version", "label"}
    )

    condition: Condition | None = field(default=None, converter=_condition)
    """The condition that must be true for the stored item. Default: none, the write always applies."""
    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    """
    Return the estimated size of the item collection, with `"SIZE"`. Default: not returned.

    Only for tables with local secondary indexes.
    """
    return_values_on_condition_check_failure: ReturnOldOnFailure | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE")
    )
    """Set to `"NONE"` to leave the stored item out of the error. Default: the error contains the item."""
    check_version: bool = field(default=True, validator=yes_or_no)
    """
    Fail if another write changed the item since you read it. Default: `True`.

    This option has an effect only if the schema has a version field. `False` overwrites changes by other writers. The
    write still increments the version.
    """
    label: str | None = field(default=None, validator=check_label)
    """A name for this operation. `TransactionCanceledError.by_label` finds its reason by this name. Default: none."""

    @property
    def __operation_label__(self) -> str | None:
        return self.label

    def __operation__(self, entity: EntityModel[S], /) -> Operation:
        """Render the write for a single request."""
        notes = self._idle(entity) if self.__may_have_options__ else ()
        return self.__render__(entity, notes, trusted=self.skip_validation, timestamp_ns=None)

    def __transact_operation__(
        self, entity: EntityModel[S], /, *, trusted: bool = False, timestamp_ns: int | None = None
    ) -> Operation:
        """Render the write as one operation of a transaction."""
        notes: Sequence[str] = ()
        if self.__may_have_options__:
            notes = (*ineffective_options(self, "inside a transaction", "the transaction"), *self._idle(entity))
        return self.__render__(entity, notes, trusted=trusted or self.skip_validation, timestamp_ns=timestamp_ns)

    def _idle(self, entity: EntityModel[Any]) -> Sequence[str]:
        """Return a finding for each option that has no effect on the items of this entity."""
        del entity
        return ()

    @abstractmethod
    def __render__(
        self, entity: EntityModel[S], notes: Sequence[str], /, *, trusted: bool, timestamp_ns: int | None
    ) -> Operation:
        """
        Render the write.

        *notes* are problems to report together with the problems of the rendering. *timestamp_ns* is the timestamp of
        the transaction.
        """

    def __send_single__(
        self, entity: EntityModel[Any], operation: str, return_values: str | None
    ) -> Flow[tuple[Operation, Request, Response]]:
        """Send the write as a single request. The error of a false condition names the command, entity and key."""
        rendered = self.__operation__(entity)
        request = rendered.request(operation, self._request_options(return_values))
        try:
            response = yield from send_with_retry(partial(ask, request), self.retry)
        except ConditionFailedError as error:
            # Lazy import: only an error path needs it.
            from dynamo_document_builder.model.writing.condition_failures import condition_failed  # noqa: PLC0415

            raise condition_failed(error, self, entity, rendered.guard) from error.__cause__
        except OutcomeUnknownError as error:
            raise error.with_command(self) from error.__cause__
        return rendered, request, response

    def _request_options(self, return_values: str | None) -> str:
        return (
            option("ReturnValues", return_values)
            + option("ReturnItemCollectionMetrics", self.return_item_collection_metrics)
            + option("ReturnConsumedCapacity", self.return_consumed_capacity)
        )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TimestampedWrite(SingleWrite[S], Timestamped):
    """A write that sets `created_at` and `updated_at`."""

    __options_in_groups__: ClassVar = SingleWrite.__options_in_groups__ | {"skip_validation", "timestamp"}

    def _idle(self, entity: EntityModel[Any]) -> Sequence[str]:
        return () if self.timestamp is None else unused_timestamp(self.timestamp, (entity,))

    def __write_time_ns__(self, of_whole: int | None) -> int:
        """Return the time of the write: `timestamp=`, else the time of the transaction, else the build time."""
        return self.__built_ns__ if of_whole is None or self.timestamp is not None else of_whole


class WriteResult(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """The result of a write that DynamoDB applied."""

    item_error: StoredItemError | None = None
    """The error, if a returned item does not fit the schema. The write was applied."""
    response_metadata: ResponseMetadata
    """The HTTP status, the request ID and the number of attempts."""
    consumed_capacity: ConsumedCapacity | None = None
    """The capacity units used, if the command set `return_consumed_capacity`."""
    item_collection_metrics: ItemCollectionMetrics | None = None
    """The size of the item collection, if the command set `return_item_collection_metrics`."""


class WriteOutput(msgspec.Struct, rename="pascal"):
    """The response to a single write."""

    attributes: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None
    item_collection_metrics: ItemCollectionMetrics | None = None

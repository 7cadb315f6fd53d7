"""What Put, Update and Delete share: their options, and the two places they are rendered for."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec
from attrs import field, frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import ConditionFailedError, OutcomeUnknownError, StoredItemError
from dynamo_document_builder.model.commands.results import (  # noqa: TC001  msgspec looks them up
    ConsumedCapacity,
    ItemCollectionMetrics,
)
from dynamo_document_builder.model.managed.timestamps import Dated, idle_timestamp
from dynamo_document_builder.model.options.nested import ineffective
from dynamo_document_builder.model.options.options import (
    ReturnItemCollectionMetrics,
    ReturnOldOnFailure,
    check_label,
    one_of,
    option,
    yes_or_no,
)
from dynamo_document_builder.model.options.retrying import PatientOptions, patiently
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
    from dynamo_document_builder.expressions.builders.condition_forms import as_condition  # noqa: PLC0415  many writes have none

    return as_condition(given)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class SingleWrite(WriteCommand[S], PatientOptions):
    """A write that can be sent alone and be part of a transaction: rendered by the same code for both."""

    __count_in_groups__: ClassVar = frozenset(
        {"condition", "return_values_on_condition_check_failure", "check_version", "label"}
    )

    condition: Condition | None = field(default=None, converter=_condition)
    """What must be true of the item that is there now."""
    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    """"SIZE" asks for the estimated size of the item collections; only tables with local indexes have some."""
    return_values_on_condition_check_failure: ReturnOldOnFailure | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE")
    )
    """The item as it was comes with the error, unless this says "NONE"."""
    check_version: bool = field(default=True, validator=yes_or_no)
    """
    Whether the write is refused if the item was changed since it was read.

    It is about a schema that keeps a version, where the command has the one that was read. `False` overwrites what
    others wrote in between; the version is counted up all the same.
    """
    label: str | None = field(default=None, validator=check_label)
    """A name for this operation, to find its reason by when a transaction is cancelled."""

    @property
    def __operation_label__(self) -> str | None:
        return self.label

    def __operation__(self, entity: EntityModel[S], /) -> Operation:
        """Return the write in DynamoDB JSON, to be sent alone."""
        notes = self._idle(entity) if self.__may_have_options__ else ()
        return self.__written__(entity, notes, trusted=self.skip_validation, made_ns=None)

    def __transact_operation__(
        self, entity: EntityModel[S], /, *, trusted: bool = False, made_ns: int | None = None
    ) -> Operation:
        """Return the write in DynamoDB JSON, as part of a transaction."""
        notes: Sequence[str] = ()
        if self.__may_have_options__:
            notes = (*ineffective(self, "inside a transaction", "the transaction"), *self._idle(entity))
        return self.__written__(entity, notes, trusted=trusted or self.skip_validation, made_ns=made_ns)

    def _idle(self, entity: EntityModel[Any]) -> Sequence[str]:
        """Return a finding for each option that has no effect on items of an entity."""
        del entity
        return ()

    @abstractmethod
    def __written__(
        self, entity: EntityModel[S], notes: Sequence[str], /, *, trusted: bool, made_ns: int | None
    ) -> Operation:
        """
        Return the write in DynamoDB JSON.

        `notes` are findings to report with its own; `made_ns` is the moment of the transaction that it is a part of.
        """

    def __send_alone__(
        self, entity: EntityModel[Any], operation: str, return_values: str | None
    ) -> Flow[tuple[Operation, Request, Response]]:
        """Send it as a request of its own; a refusal comes back in the caller's terms."""
        rendered = self.__operation__(entity)
        request = rendered.request(operation, self._request_options(return_values))
        try:
            response = yield from patiently(partial(ask, request), self.retry)
        except ConditionFailedError as error:
            from dynamo_document_builder.model.writing.condition_failures import condition_failed  # noqa: PLC0415  no cold start pays for it

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


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class DatedWrite(SingleWrite[S], Dated):
    """A write that sets `created_at` and `updated_at`."""

    __count_in_groups__: ClassVar = SingleWrite.__count_in_groups__ | {"skip_validation", "timestamp"}

    def _idle(self, entity: EntityModel[Any]) -> Sequence[str]:
        return () if self.timestamp is None else idle_timestamp(self.timestamp, (entity,))

    def __moment__(self, of_whole: int | None) -> int:
        """Return the moment of the write: the one that was given to it, or that of its transaction, if it has one."""
        return self.__made_ns__ if of_whole is None or self.timestamp is not None else of_whole


class WriteResult(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """A write that was applied."""

    item_error: StoredItemError | None = None
    """Set when the attributes that came back do not fit the schema; the write was applied all the same."""
    response_metadata: ResponseMetadata
    """Facts about the answer, for logs and support cases."""
    consumed_capacity: ConsumedCapacity | None = None
    """What the command cost, with `return_consumed_capacity`; `None` where DynamoDB did not report it."""
    item_collection_metrics: ItemCollectionMetrics | None = None
    """Sizes of item collections, with `return_item_collection_metrics="SIZE"`."""


class WriteOutput(msgspec.Struct, rename="pascal"):
    """The answer to a single write."""

    attributes: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None
    item_collection_metrics: ItemCollectionMetrics | None = None

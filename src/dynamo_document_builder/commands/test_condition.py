"""TestCondition: evaluate a condition on the current item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec
from attrs import field, frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.expressions.builders.condition_forms import required_condition
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.commands.results import ConsumedCapacity, read
from dynamo_document_builder.model.entities.hidden import hidden_names
from dynamo_document_builder.model.managed.optimistic_lock import preconditions_of
from dynamo_document_builder.model.options.options import Options, option, yes_or_no
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.members import condition_members
from dynamo_document_builder.model.writing.operation import NO_TEXT, body_of
from dynamo_document_builder.reports.condition_report import ConditionReport
from dynamo_document_builder.reports.evaluate_command import evaluate_command
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, ResponseMetadata

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.options.options import ReturnOldOnFailure

S = TypeVar("S")


@frozen(kw_only=True)
class TestConditionResult(ConditionReport, Generic[S]):
    """The outcome of a condition on the current item, clause by clause."""

    __test__ = False  # pytest collects every class whose name begins with Test

    item: S | None = field(default=None, repr=False)
    """The current item, or `None` if there is no item under the key."""
    response_metadata: ResponseMetadata
    """The HTTP status, the request ID and the number of attempts."""
    consumed_capacity: ConsumedCapacity | None = None
    """The capacity units used, if the command set `return_consumed_capacity`."""


class _Output(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None


@explain_unknown_options
@frozen(repr=False)
class TestCondition(Options):
    """
    Read an item and evaluate a condition on it, clause by clause. Nothing is written.

    The read is strongly consistent. The library evaluates the condition by DynamoDB's rules. The item can change before
    you write it, so pass the condition to the write as well.

    Cost: one read unit per 4 KB of the item.

    AWS: [GetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        NoAnswerError: No response arrived. A read is always safe to send again.
        ServiceError: DynamoDB refused the request.

    Example:
        >>> result = users.send(TestCondition(key={"user_id": "u1"}, condition={"name": "Alice", "balance": 7}))
        >>> print(result.show(values=True))
        TestCondition User user_id='u1': fails
          passes  name is 'Alice': name is 'Alice'
          FAILS   balance is 7: balance is 100

    """

    __test__ = False  # pytest collects every class whose name begins with Test
    name: ClassVar[str] = "TestCondition"
    return_values_on_condition_check_failure: ClassVar[ReturnOldOnFailure | None] = None

    key: KeyLike = field(converter=frozen_key)
    """
    The key of the item, in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    condition: Condition = field(converter=required_condition, kw_only=True)
    """The condition to evaluate, in any form that a write accepts as `condition`."""
    check_version: bool = field(default=True, validator=yes_or_no, kw_only=True)
    """Require the stored item to have the version in `key`, if the schema has a version field. Default: `True`."""

    @property
    def __subject__(self) -> Any:
        return self.key

    def __flow__(self, entity: EntityModel[S], /) -> Flow[TestConditionResult[S]]:
        """Read the item and evaluate the condition."""
        request = self._request(entity)
        response = yield from ask(request)
        output = read(_Output, request, response)
        raw = None if isinstance(output.item, UnsetType) else bytes(output.item)
        return TestConditionResult(
            name=self.name,
            command=self,
            entity=entity.name,
            key=entity.shown_key(self.key),
            hidden=hidden_names((entity,)),
            **evaluate_command(self, entity, raw),
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
        )

    def _request(self, entity: EntityModel[Any]) -> Request:
        problems = Problems(self.name, entity.name)
        key = problems.attempt(lambda: entity.encode_key(self.key), NO_TEXT)
        problems.attempt(lambda: condition_members(entity, preconditions_of(self, entity)), NO_TEXT)
        problems.raise_any(lambda: entity.shown_key(self.key))
        capacity = option("ReturnConsumedCapacity", self.return_consumed_capacity)
        body = f'{{{entity.table.__named__},"Key":{key},"ConsistentRead":true{capacity}}}'
        return Request("GetItem", body_of(body), (entity.table.name,))

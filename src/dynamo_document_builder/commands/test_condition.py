"""TestCondition: see what a condition is on an item as it is now."""

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
from dynamo_document_builder.model.managed.version_lock import terms_of
from dynamo_document_builder.model.options.options import Options, option, yes_or_no
from dynamo_document_builder.model.options.refuses_unknown import tells_options
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
    """What the condition is on the item that is there now."""

    __test__ = False  # to pytest, every class that is called Test... looks like one

    item: S | None = field(default=None, repr=False)
    """The item as it is, `None` if there is none."""
    response_metadata: ResponseMetadata
    """Facts about the answer, for logs and support cases."""
    consumed_capacity: ConsumedCapacity | None = None
    """What the command cost, with `return_consumed_capacity`; `None` where DynamoDB did not report it."""


class _Output(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None


@tells_options
@frozen(repr=False)
class TestCondition(Options):
    """
    Read an item, as every write before it left it, and say what a condition is on it, clause by clause.

    Nothing is written. The condition is evaluated here, by DynamoDB's rules; the item may be another one when it is
    written a moment later, so the condition belongs on the write all the same. Costs one read unit per 4 KB.

    Raises:
        UsageError: it cannot be sent.
        NoAnswerError: no answer came; it only reads.

    Example:
        >>> result = users.send(TestCondition(key={"user_id": "u1"}, condition={"name": "Alice", "balance": 7}))
        >>> print(result.show(values=True))
        TestCondition User user_id='u1': fails
          passes  name is 'Alice': name is 'Alice'
          FAILS   balance is 7: balance is 100

    """

    __test__ = False  # to pytest, every class that is called Test... looks like one
    name: ClassVar[str] = "TestCondition"
    return_values_on_condition_check_failure: ClassVar[ReturnOldOnFailure | None] = None

    key: KeyLike = field(converter=frozen_key)
    """The fields the key is built of, or an instance of the schema."""
    condition: Condition = field(converter=required_condition, kw_only=True)
    """The condition to test on the stored item."""
    check_version: bool = field(default=True, validator=yes_or_no, kw_only=True)
    """Whether the version in `key`, if the schema keeps one and it is there, must be the stored one too."""

    @property
    def __subject__(self) -> Any:
        return self.key

    def __flow__(self, entity: EntityModel[S], /) -> Flow[TestConditionResult[S]]:
        """Read the item and look at it."""
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
        problems.attempt(lambda: condition_members(entity, terms_of(self, entity)), NO_TEXT)
        problems.raise_any(lambda: entity.shown_key(self.key))
        capacity = option("ReturnConsumedCapacity", self.return_consumed_capacity)
        body = f'{{{entity.table.__named__},"Key":{key},"ConsistentRead":true{capacity}}}'
        return Request("GetItem", body_of(body), (entity.table.name,))

"""ConditionCheck: let a transaction depend on an item it does not write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.expressions.functions import required_condition
from dynamo_document_builder.model.conditional import condition_members, keyed
from dynamo_document_builder.model.options import ReturnOldOnFailure, one_of
from dynamo_document_builder.model.tells_options import tells_options
from dynamo_document_builder.model.values import KeyLike, frozen_key
from dynamo_document_builder.model.write_command import WriteCommand

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.operation import Operation


@tells_options
@frozen
class ConditionCheck(WriteCommand[Any]):
    """
    Cancel the transaction unless the condition is true of this item.

    It only exists inside a transaction, and only for an item the same transaction does not write: a condition on a
    written item belongs on the write. Costs two write units per KB of the item, though it writes nothing.

    Example:
        >>> active = ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"})
        >>> users.send(TransactWrite(writes=[active, Put(User("u1", "Alice"))])).attempts
        1

    """

    name: ClassVar[str] = "ConditionCheck"

    key: KeyLike = field(converter=frozen_key)
    """The fields the key is built of, or an instance of the schema."""
    condition: Condition = field(converter=required_condition, kw_only=True)
    return_values_on_condition_check_failure: ReturnOldOnFailure | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """The item as it was comes with the error, unless this says "NONE"."""
    check_version: bool = field(default=True, kw_only=True)
    """Whether the version in `key`, if the schema keeps one and it is there, must be the stored one too."""
    label: str | None = field(default=None, kw_only=True)
    """A name for this operation, to find its reason by when the transaction is cancelled."""

    @property
    def operation_label(self) -> str | None:
        return self.label

    @property
    def subject(self) -> Any:
        return self.key

    def transact_operation(self, entity: EntityModel[Any], /, *, trusted: bool = False) -> Operation:  # noqa: ARG002  only whole items are validated
        """Return the check in DynamoDB JSON."""
        return keyed(self, entity, (), lambda terms: condition_members(entity, terms))

"""ConditionCheck: make a transaction depend on an item that it does not write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.condition_forms import optional_condition
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.options.options import ReturnOldOnFailure, check_label, one_of, yes_or_no
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.members import condition_members, render_keyed
from dynamo_document_builder.model.writing.write_command import WriteCommand

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.optimistic_lock import Preconditions
    from dynamo_document_builder.model.writing.operation import Operation


@explain_unknown_options
@frozen
class ConditionCheck(WriteCommand[Any]):
    """
    Cancel the transaction unless a condition is true for an item that the transaction does not write.

    - Use it inside `TransactWrite` or `TableTransactWrite`; it cannot be sent alone.
    - DynamoDB allows one operation per item. To check an item that the transaction also writes, pass `condition=` to
      the write.
    - If the schema has a version field and `key` contains a version, the stored item must have that version. In that
      case `condition` is optional.

    Cost: two write units per KB of the item, although nothing is written to it.

    AWS: [ConditionCheck](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConditionCheck.html).

    The transaction raises `TransactionCanceledError` if the condition is false. Nothing was written then.

    Example:
        >>> active = ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"})
        >>> users.send(TransactWrite(writes=[active, Put(User("u1", "Alice"))])).attempts
        1

    """

    name: ClassVar[str] = "ConditionCheck"

    key: KeyLike = field(converter=frozen_key)
    """
    The key of the item, in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    condition: Condition | None = field(default=None, converter=optional_condition, kw_only=True)
    """The condition that must be true. Required, unless `key` contains the version to check."""
    return_values_on_condition_check_failure: ReturnOldOnFailure | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """Set to `"NONE"` to leave the current item out of the error. Default: the error contains the item."""
    check_version: bool = field(default=True, validator=yes_or_no, kw_only=True)
    """Require the stored item to have the version in `key`, if the schema has a version field. Default: `True`."""
    label: str | None = field(default=None, validator=check_label, kw_only=True)
    """A name for this operation. `TransactionCanceledError.by_label` finds its reason by this name."""

    @property
    def __operation_label__(self) -> str | None:
        return self.label

    @property
    def __subject__(self) -> Any:
        return self.key

    def __transact_operation__(
        self,
        entity: EntityModel[Any],
        /,
        *,
        trusted: bool = False,
        timestamp_ns: int | None = None,
    ) -> Operation:
        """Render the check as one operation of a transaction."""
        return render_keyed(self, entity, (), lambda preconditions: _members(entity, preconditions))


def _members(entity: EntityModel[Any], preconditions: Preconditions) -> str:
    if preconditions.condition is None:
        raise UsageError(
            "there is nothing to check: pass condition=; if the schema has a version field, you can pass an item that "
            "you have read as key= instead"
        )
    return condition_members(entity, preconditions)

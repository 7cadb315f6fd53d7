"""ConditionCheck: let a transaction depend on an item it does not write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.condition_forms import optional_condition
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.options.options import ReturnOldOnFailure, check_label, one_of, yes_or_no
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.writing.members import condition_members, keyed
from dynamo_document_builder.model.writing.write_command import WriteCommand

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.version_lock import Terms
    from dynamo_document_builder.model.writing.operation import Operation


@tells_options
@frozen
class ConditionCheck(WriteCommand[Any]):
    """
    Cancel the transaction unless the condition is true of this item.

    It only exists inside a transaction, and only for an item the same transaction does not write: a condition on a
    written item belongs on the write. Costs two write units per KB of the item, though it writes nothing.
    Where the schema keeps a version and `key` has it, the item must have that version, and `condition=` may be left
    out.

    Example:
        >>> active = ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"})
        >>> users.send(TransactWrite(writes=[active, Put(User("u1", "Alice"))])).attempts
        1

    """

    name: ClassVar[str] = "ConditionCheck"

    key: KeyLike = field(converter=frozen_key)
    """The fields the key is built of, or an instance of the schema."""
    condition: Condition | None = field(default=None, converter=optional_condition, kw_only=True)
    """What must be true of the item; needed, unless `key` has the version of an item that was read."""
    return_values_on_condition_check_failure: ReturnOldOnFailure | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """The item as it was comes with the error, unless this says "NONE"."""
    check_version: bool = field(default=True, validator=yes_or_no, kw_only=True)
    """Whether the version in `key`, if the schema keeps one and it is there, must be the stored one too."""
    label: str | None = field(default=None, validator=check_label, kw_only=True)
    """A name for this operation, to find its reason by when the transaction is cancelled."""

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
        made_ns: int | None = None,
    ) -> Operation:
        """Return the check in DynamoDB JSON."""
        return keyed(self, entity, (), lambda terms: _members(entity, terms))


def _members(entity: EntityModel[Any], terms: Terms) -> str:
    if terms.condition is None:
        raise UsageError(
            "it has nothing to check: give condition=, or as key= an item that was read, if its schema keeps a version"
        )
    return condition_members(entity, terms)

"""The version an operation is for: the condition it adds to the operation's own, and what a refusal says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.expressions.conditions import Comparison, Condition, Exists, all_of
from dynamo_document_builder.expressions.paths import Path
from dynamo_document_builder.model.lifecycle import roles_of
from dynamo_document_builder.model.options import ReturnOldOnFailure
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo


class Guard(Struct, frozen=True):
    """The version of the item that an operation is for."""

    field: str
    attribute: str
    expected: int
    alone: bool
    """Whether it is all that the operation depends on."""
    asked: bool
    """Whether the item is wanted when the condition fails."""

    def condition(self) -> Condition:
        path = Path((self.field,))
        return Comparison(path, "=", self.expected) if self.expected else Exists(path, present=False)

    def stored(self, item: Mapping[str, Any] | None) -> int | None:
        """Return the version of an item in DynamoDB JSON."""
        value = (item or {}).get(self.attribute)
        number = value.get("N") if is_mapping(value) else None
        # Of the item as it came, so that one which does not fit the schema has a version all the same.
        return int(number) if isinstance(number, str) and number.removeprefix("-").isdecimal() else None

    def refuses(self, item: Mapping[str, Any] | None) -> bool:
        """Whether it was the version that refused an operation; *item* is what came with the refusal."""
        if self.alone or not self.asked:
            return self.alone
        return self.stored(item) != (self.expected or None)


class Terms(Struct, frozen=True):
    """What an operation depends on."""

    condition: Condition | None
    on_failure: ReturnOldOnFailure | None
    guard: Guard | None = None


FREE: Final = Terms(None, None)


def terms_of(command: Any, entity: EntityModel[Any]) -> Terms:
    """Return what a command depends on: its own condition, and the version of the item where that is known."""
    condition, roles = command.condition, roles_of(entity)
    guard = None if roles is None or roles.version is None else _guard(command, roles.version)
    if guard is None:
        return FREE if condition is None else Terms(condition, command.return_values_on_condition_check_failure)
    checked = guard.condition() if condition is None else all_of((condition, guard.condition()))
    return Terms(checked, command.return_values_on_condition_check_failure, guard)


def _guard(command: Any, version: FieldInfo) -> Guard | None:
    given, name = command.subject, version.name
    expected = given.get(name) if is_mapping(given) else getattr(given, name, None)
    if not command.check_version or type(expected) is not int:
        # Not given; one of another type is a finding where the key or the item is looked at.
        return None
    asked = command.return_values_on_condition_check_failure != "NONE"
    return Guard(name, version.stored, expected, alone=command.condition is None, asked=asked)

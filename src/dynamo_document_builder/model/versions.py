"""What an operation depends on: its own condition, and the version of the item that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.model.guard import Guard
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.options import ReturnOldOnFailure
    from dynamo_document_builder.schema.kinds.base import FieldInfo


class Terms(Struct, frozen=True):
    """What an operation depends on."""

    condition: Any
    """A `Condition`, or `None`."""
    on_failure: ReturnOldOnFailure | None
    guard: Guard | None = None


FREE: Final = Terms(None, None)


def terms_of(command: Any, entity: EntityModel[Any]) -> Terms:
    """Return what a command depends on: its own condition, and the version of the item where that is known."""
    condition, roles = command.condition, entity.codec.roles
    guard = None if roles is None or roles.version is None else _guard(command, roles.version)
    if guard is None:
        return FREE if condition is None else Terms(condition, command.return_values_on_condition_check_failure)
    return Terms(_both(condition, guard), command.return_values_on_condition_check_failure, guard)


def _both(condition: Condition | None, guard: Guard) -> Condition:
    from dynamo_document_builder.expressions.conditions import (  # noqa: PLC0415  few schemas keep a version
        Comparison,
        Exists,
        all_of,
    )
    from dynamo_document_builder.expressions.paths import Path  # noqa: PLC0415  the same

    path = Path((guard.field,))
    checked = Comparison(path, "=", guard.expected) if guard.expected else Exists(path, present=False)
    return checked if condition is None else all_of((condition, checked))


def _guard(command: Any, version: FieldInfo) -> Guard | None:
    given, name = command.subject, version.name
    expected = given.get(name) if is_mapping(given) else getattr(given, name, None)
    if not command.check_version or type(expected) is not int:
        # Not given; one of another type is a finding where the key or the item is looked at.
        return None
    asked = command.return_values_on_condition_check_failure != "NONE"
    return Guard(name, version.stored, expected, alone=command.condition is None, asked=asked)

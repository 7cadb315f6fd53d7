"""Preconditions of a write: its condition, and the version that optimistic locking expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.model.managed.expected_state import Mode, VersionGuard, mode_of
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.options.options import ReturnOldOnFailure
    from dynamo_document_builder.schema.kinds.base import FieldInfo


class Preconditions(Struct, frozen=True):
    """Everything that must be true of the stored item for a write to apply."""

    condition: Any
    """A `Condition`, or `None`."""
    on_failure: ReturnOldOnFailure | None
    guard: VersionGuard | None = None
    mode: Mode = "upsert"


NO_PRECONDITIONS: Final = Preconditions(None, None)


def preconditions_of(command: Any, entity: EntityModel[Any]) -> Preconditions:
    """
    Return the preconditions of a write.

    They combine the condition of the command, the version of the item if the command knows it, and, for an update,
    the `key=` fields that an index key is built from: these must equal the stored fields.
    """
    condition, roles = command.condition, entity.codec.roles
    guard = None if roles is None or roles.version is None else _guard(command, roles.version)
    if guard is not None:
        condition = _with_version(condition, guard)
    on_failure = command.return_values_on_condition_check_failure
    if getattr(command, "updates", None) is not None:
        mode = mode_of(condition, entity.table.key_names)
        return _of_update(command, entity, Preconditions(condition, on_failure, guard, mode))
    return NO_PRECONDITIONS if condition is None else Preconditions(condition, on_failure, guard)


def _of_update(command: Any, entity: EntityModel[Any], preconditions: Preconditions) -> Preconditions:
    if not entity.plan.index_only or (is_mapping(command.key) and command.key.keys() <= entity.plan.determined):
        return preconditions
    # Lazy import: only updates need it, and a put does not load the code of updates.
    from dynamo_document_builder.model.writing.update_subject import stored_fields_condition, subject_of  # noqa: PLC0415

    changes = command.__changes__(entity)
    subject = subject_of(entity, command.key, changes, preconditions, command.__built_ns__)
    stored = stored_fields_condition(subject, changes, preconditions.condition)
    return preconditions if stored is None else replace(preconditions, condition=_and(preconditions.condition, stored))


def _with_version(condition: Condition | None, guard: VersionGuard) -> Condition:
    # Lazy import: only schemas with a version field need it.
    from dynamo_document_builder.expressions.tree.leaves import Comparison, Exists  # noqa: PLC0415
    from dynamo_document_builder.expressions.tree.paths import Path  # noqa: PLC0415  lazy import: the same reason

    path = Path((guard.field,))
    checked = Comparison(path, "=", guard.expected) if guard.expected else Exists(path, present=False)
    return _and(condition, checked)


def _and(condition: Condition | None, other: Condition) -> Condition:
    if condition is None:
        return other
    # Lazy import: only writes with two conditions need it.
    from dynamo_document_builder.expressions.tree.conditions import all_of  # noqa: PLC0415

    return all_of((condition, other))


def _guard(command: Any, version: FieldInfo) -> VersionGuard | None:
    given, name = command.__subject__, version.name
    expected = given.get(name) if is_mapping(given) else getattr(given, name, None)
    if not command.check_version or type(expected) is not int:
        # The command has no version. A version of another type is reported when the key or the item is encoded.
        return None
    item_requested = command.return_values_on_condition_check_failure != "NONE"
    return VersionGuard(
        name, version.attribute, expected, alone=command.condition is None, item_requested=item_requested
    )

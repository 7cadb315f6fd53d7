"""What an operation depends on: its own condition, and the version of the item that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.model.managed.guard import Guard
from dynamo_document_builder.model.writing.update_modes import Mode, mode_of
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.options.options import ReturnOldOnFailure
    from dynamo_document_builder.schema.kinds.base import FieldInfo


class Terms(Struct, frozen=True):
    """What an operation depends on."""

    condition: Any
    """A `Condition`, or `None`."""
    on_failure: ReturnOldOnFailure | None
    guard: Guard | None = None
    mode: Mode = "upsert"
    """What its condition says about whether the item exists."""


FREE: Final = Terms(None, None)


def terms_of(command: Any, entity: EntityModel[Any]) -> Terms:
    """
    Return what a command depends on.

    That is its own condition, the version of the item where that is known, and of an update the fields that were given
    in `key=` to build the key of an index: they must be what is stored.
    """
    condition, roles = command.condition, entity.codec.roles
    guard = None if roles is None or roles.version is None else _guard(command, roles.version)
    if guard is not None:
        condition = _both(condition, guard)
    on_failure = command.return_values_on_condition_check_failure
    if getattr(command, "updates", None) is not None:
        mode = mode_of(condition, entity.table.key_names)
        return _of_update(command, entity, Terms(condition, on_failure, guard, mode))
    return FREE if condition is None else Terms(condition, on_failure, guard)


def _of_update(command: Any, entity: EntityModel[Any], terms: Terms) -> Terms:
    if not entity.plan.beside or (is_mapping(command.key) and command.key.keys() <= entity.plan.told):
        return terms
    # Lazy import: only updates need it, and no other write loads what they are made of.
    from dynamo_document_builder.model.writing.update_subject import believed, subject_of  # noqa: PLC0415

    changes = command.__changes__(entity)
    stored = believed(subject_of(entity, command.key, changes, terms, command.__made_ns__), changes, terms.condition)
    return terms if stored is None else replace(terms, condition=_together(terms.condition, stored))


def _both(condition: Condition | None, guard: Guard) -> Condition:
    from dynamo_document_builder.expressions.tree.leaves import (  # noqa: PLC0415  few schemas keep a version
        Comparison,
        Exists,
    )
    from dynamo_document_builder.expressions.tree.paths import Path  # noqa: PLC0415  the same

    path = Path((guard.field,))
    checked = Comparison(path, "=", guard.expected) if guard.expected else Exists(path, present=False)
    return _together(condition, checked)


def _together(condition: Condition | None, other: Condition) -> Condition:
    if condition is None:
        return other
    from dynamo_document_builder.expressions.tree.conditions import all_of  # noqa: PLC0415  lazy import: few writes have two

    return all_of((condition, other))


def _guard(command: Any, version: FieldInfo) -> Guard | None:
    given, name = command.__subject__, version.name
    expected = given.get(name) if is_mapping(given) else getattr(given, name, None)
    if not command.check_version or type(expected) is not int:
        # Not given; one of another type is a finding where the key or the item is looked at.
        return None
    asked = command.return_values_on_condition_check_failure != "NONE"
    return Guard(name, version.attribute, expected, alone=command.condition is None, asked=asked)

"""The subject of an update with its managed fields, and the condition that `key=` fields equal the stored fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dynamo_document_builder.expressions.tree.conditions import And, Condition, all_of, any_of
from dynamo_document_builder.expressions.tree.leaves import Comparison, Exists
from dynamo_document_builder.expressions.tree.paths import Path
from dynamo_document_builder.model.keys.defaults import defaults_of
from dynamo_document_builder.model.keys.index_updates import Subject, key_writes
from dynamo_document_builder.model.managed.updates import add_managed_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.expected_state import Mode, VersionGuard


class Expected(Protocol):
    """The state of the item that the preconditions of an update imply."""

    @property
    def mode(self) -> Mode:
        """The mode of the update."""
        ...

    @property
    def guard(self) -> VersionGuard | None:
        """The version of the item."""
        ...


def subject_of(
    entity: EntityModel[Any], key: object, changes: Sequence[Change], expected: Expected, timestamp_ns: int
) -> Subject:
    """Return the subject of an update; *expected* is the state that its preconditions imply."""
    subject, roles = Subject(entity, key, expected.mode), entity.codec.roles
    return subject if roles is None else add_managed_changes(subject, roles, changes, expected.guard, timestamp_ns)


def stored_fields_condition(subject: Subject, changes: Sequence[Change], given: Condition | None) -> Condition | None:
    """
    Return the condition that fields in `key=` equal the stored fields, if an index key is built from them.

    Without this condition, an index key could be built from a value that another write has changed. Clauses that the
    *given* condition already contains are left out. The result is `None` if no clause is needed.
    """
    guards = key_writes(subject, changes).guards
    if not guards:
        return None
    existing = given.conditions if isinstance(given, And) else (given,)
    found = tuple(one for name in guards if (one := _is_stored(subject, guards, name)) not in existing)
    return all_of(found) if found else None


def _is_stored(subject: Subject, guards: Mapping[str, Any], name: str) -> Condition:
    info, value = subject.entity.codec.fields[name], guards[name]
    if value is None and not info.null:
        return Exists(Path((name,)), present=False)
    is_stored = Comparison(Path((name,)), "=", value)
    if info.has_default and defaults_of(subject.entity.codec).get(name) == value:
        return any_of((is_stored, Exists(Path((name,)), present=False)))  # a missing attribute is read as the default
    return is_stored

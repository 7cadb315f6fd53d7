"""The item an update is about, with what becomes of the fields that the library keeps by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dynamo_document_builder.expressions.tree.conditions import And, Condition, all_of, any_of
from dynamo_document_builder.expressions.tree.leaves import Comparison, Exists
from dynamo_document_builder.expressions.tree.paths import Path
from dynamo_document_builder.model.keys.defaults import defaults_of
from dynamo_document_builder.model.keys.index_updates import Subject, key_writes
from dynamo_document_builder.model.managed.updates import kept_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.guard import Guard
    from dynamo_document_builder.model.writing.update_modes import Mode


class Expected(Protocol):
    """What is known of the item before it is updated."""

    @property
    def mode(self) -> Mode:
        """Whether it exists."""
        ...

    @property
    def guard(self) -> Guard | None:
        """The version that it has."""
        ...


def subject_of(
    entity: EntityModel[Any], key: object, changes: Sequence[Change], expected: Expected, made_ns: int
) -> Subject:
    """Return the subject of an update; *expected* is what its condition says of the item."""
    subject, roles = Subject(entity, key, expected.mode), entity.codec.roles
    return subject if roles is None else kept_up(subject, roles, changes, expected.guard, made_ns)


def believed(subject: Subject, changes: Sequence[Change], given: Condition | None) -> Condition | None:
    """
    Return the condition that fields which were given in `key=` alone are stored so; `None` if no key follows from any.

    Without it, an index key would be built from a value that others have changed since. What the condition that was
    *given* says already is not said again.
    """
    guards = key_writes(subject, changes).guards
    if not guards:
        return None
    said = given.conditions if isinstance(given, And) else (given,)
    found = tuple(one for name in guards if (one := _is_stored(subject, guards, name)) not in said)
    return all_of(found) if found else None


def _is_stored(subject: Subject, guards: Mapping[str, Any], name: str) -> Condition:
    info, value = subject.entity.codec.fields[name], guards[name]
    if value is None and not info.null:
        return Exists(Path((name,)), present=False)
    is_stored = Comparison(Path((name,)), "=", value)
    if info.has_default and defaults_of(subject.entity.codec).get(name) == value:
        return any_of((is_stored, Exists(Path((name,)), present=False)))  # what is not stored is read as the default
    return is_stored

"""The smallest update that makes one item of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from dynamo_document_builder.expressions.changes import Assign, Change, Computed, Remove
from dynamo_document_builder.expressions.paths import Extra, Path
from dynamo_document_builder.model.lifecycle import kept_fields
from dynamo_document_builder.schema.kinds.records import RecordKind
from dynamo_document_builder.schema.members import extras_of, value_of
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo

Segments: TypeAlias = tuple[str, ...]


def smallest_changes(entity: EntityModel[Any], base: Any, mine: Any) -> tuple[Change, ...]:
    """
    Return the changes that make one item of another: each changed field, inside nested classes and maps too.

    Lists, sets and everything else are written whole. The fields that the library keeps are left to it.
    """
    return tuple(_changes(entity.codec.fields, base, mine, (), frozenset(kept_fields(entity))))


def _changes(
    fields: Mapping[str, FieldInfo], base: Any, mine: Any, path: Segments, kept: frozenset[str]
) -> Iterator[Change]:
    for name, info in fields.items():
        if name in kept:
            continue
        old, new = value_of(base, name), value_of(mine, name)
        if old != new or type(old) is not type(new):
            yield from _change(info, old, new, (*path, name))
    yield from _entries(_extras(base, fields), _extras(mine, fields), path)


def _extras(item: Any, fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    return {Extra(name): value for name, value in extras_of(item).items() if name not in fields}


def _change(info: FieldInfo, old: Any, new: Any, path: Segments) -> Iterator[Change]:
    if info.derived:  # what the class computed is written whole
        yield Computed(Path(path), new)
    elif isinstance(info.kind, RecordKind) and type(old) is type(new):
        yield from _changes(info.kind.fields, old, new, path, frozenset())
    elif is_mapping(old) and is_mapping(new) and info.kind.is_map and all(type(name) is str for name in (*old, *new)):
        yield from _entries(old, new, path)
    elif new is None and not info.null:
        yield Remove(Path(path))
    else:
        yield Assign(Path(path), new)


def _entries(old: Mapping[str, Any], new: Mapping[str, Any], path: Segments) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Remove(Path((*path, name)))
    for name, value in new.items():
        if name not in old or old[name] != value or type(old[name]) is not type(value):
            yield Assign(Path((*path, name)), value)

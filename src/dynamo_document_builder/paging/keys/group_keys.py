"""The key condition of a query over several entities: from the table's key attributes, or from their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.values import MAX_PARTITION_KEY_BYTES, key_attribute
from dynamo_document_builder.paging.keys.sort_conditions import sort_selection
from dynamo_document_builder.paging.keys.terms import KeyTerm, Selection
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.paging.sources.entity_source import EntitySource


def group_selection(
    sources: Sequence[EntitySource], index: IndexPart | None, given: Any, condition: Condition | None
) -> Selection:
    """Return the terms for the partition key, and for the sort key if there is a condition."""
    names = _partition_names(sources[0], index)
    if is_mapping(given) and set(given) == {*names}:
        partition = tuple(_stored(name, given) for name in names)
    else:
        partition = _built(sources, index, given)
    if condition is None:
        return Selection(partition)
    found = _sort(sources[0], index, condition)
    return Selection((*partition, *found.terms), found.is_selected, found.sort_attribute)


def _partition_names(source: EntitySource, index: IndexPart | None) -> tuple[str, ...]:
    parts = source.entity.plan.partition if index is None else index.partition
    return tuple(part.attribute for part in parts)


def _stored(name: str, given: Mapping[str, Any]) -> KeyTerm:
    return KeyTerm(name, "=", (key_attribute(given[name], name, MAX_PARTITION_KEY_BYTES),))


def _built(sources: Sequence[EntitySource], index: IndexPart | None, given: Any) -> tuple[KeyTerm, ...]:
    found: dict[str, tuple[KeyTerm, ...]] = {}
    problems: list[str] = []
    for source in sources:
        part = index if index is None else source.index(index.name)
        count = len(_partition_names(source, part))
        try:
            found[source.name] = source.selection(part, given, None).terms[:count]
        except (MisfitError, UsageError) as error:
            problems.append(f"{source.name}: {error}")
    if not found:
        raise UsageError(f"no entity in entities= can build a key from these fields ({'; '.join(problems)})")
    first, *following = found.values()
    if any(other != first for other in following):
        raise UsageError(
            f"{', '.join(found)} build different keys from these fields: pass the key attribute of the table"
        )
    return first


def _sort(source: EntitySource, index: IndexPart | None, condition: Condition) -> Selection:
    parts = source.entity.plan.sort if index is None else index.sort
    if not parts:
        raise UsageError("sort_key_condition= cannot be used here: there is no sort key")
    return sort_selection(source.entity, parts[0], condition, {})

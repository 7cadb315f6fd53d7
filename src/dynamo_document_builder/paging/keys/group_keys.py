"""The key of a read over several entities: in the table's own attributes, or in fields that some of them know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.values import MAX_PARTITION_KEY_BYTES, key_attribute
from dynamo_document_builder.paging.keys.clauses import Clause, Selection
from dynamo_document_builder.paging.keys.sort_conditions import sort_selection
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.paging.sources.entity_source import EntitySource


def group_selection(
    name: str, sources: Sequence[EntitySource], index: IndexPart | None, given: Any, condition: Condition | None
) -> Selection:
    """Return what is asked of the partition key, and of the sort key if there is a condition."""
    names = _partition_names(sources[0], index)
    if is_mapping(given) and set(given) == {*names}:
        partition = tuple(_stored(name, given) for name in names)
    else:
        partition = _built(name, sources, index, given)
    if condition is None:
        return Selection(partition)
    found = _sort(sources[0], index, condition)
    return Selection((*partition, *found.clauses), found.is_meant, found.sort_attribute)


def _partition_names(source: EntitySource, index: IndexPart | None) -> tuple[str, ...]:
    parts = source.entity.plan.partition if index is None else index.partition
    return tuple(part.attribute for part in parts)


def _stored(name: str, given: Mapping[str, Any]) -> Clause:
    return Clause(name, "=", (key_attribute(given[name], name, MAX_PARTITION_KEY_BYTES),))


def _built(name: str, sources: Sequence[EntitySource], index: IndexPart | None, given: Any) -> tuple[Clause, ...]:
    found: dict[str, tuple[Clause, ...]] = {}
    problems: list[str] = []
    for source in sources:
        part = index if index is None else source.index(index.name)
        count = len(_partition_names(source, part))
        try:
            found[source.name] = source.selection(part, given, None).clauses[:count]
        except (MisfitError, UsageError) as error:
            problems.append(f"{source.name}: {error}")
    if not found:
        raise UsageError(f"no entity of {name} makes a key of it ({'; '.join(problems)})")
    first, *others = found.values()
    if any(other != first for other in others):
        raise UsageError(f"{', '.join(found)} make different keys of it: give the table's own attribute")
    return first


def _sort(source: EntitySource, index: IndexPart | None, condition: Condition) -> Selection:
    parts = source.entity.plan.sort if index is None else index.sort
    if not parts:
        raise UsageError("sort_key_condition= cannot be used here: there is no sort key")
    return sort_selection(source.entity, parts[0], condition, {})

"""Which attributes texts do not show: the fields with `repr=False`, and the index keys that are built from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import fields

from dynamo_document_builder.expressions.tree.changes import Change
from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.expressions.tree.paths import NODES, Path, Value
from dynamo_document_builder.schema.kinds.base import nested_kinds
from dynamo_document_builder.schema.type_guards import is_set
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.model.entities.entity_model import EntityModel

_PARTS: Final = re.compile(r"[.\[]")


def hidden_names(entities: Iterable[EntityModel[Any]]) -> frozenset[str]:
    """
    Return the names of hidden fields, in Python and as stored, and those of the index keys built from them.

    A name counts at every depth: a field that is hidden in one class hides equal names in the other classes of the
    schema too. An index key that a function builds may hold any field, so one hidden field hides the key. The
    attributes of the primary key are never hidden: errors name an item by them.
    """
    return frozenset(name for entity in entities for name in _of_entity(entity))


def _of_entity(entity: EntityModel[Any]) -> Iterable[str]:
    infos = [info for kind in nested_kinds(entity.codec.kind) for info in kind.infos if not info.in_repr]
    own = {info.name for info in entity.codec.fields.values() if not info.in_repr}
    yield from (name for info in infos for name in (info.name, info.attribute))
    primary = entity.plan.names
    for part in entity.plan.of_indexes:
        if part.attribute not in primary and (own if part.reads is None else own & part.reads):
            yield part.attribute


def is_hidden(path: str, hidden: frozenset[str]) -> bool:
    """Tell whether a path, written as text, leads to or through a hidden attribute."""
    return path in hidden or not hidden.isdisjoint(_PARTS.split(path))


def leads_to_hidden(path: Path, hidden: frozenset[str]) -> bool:
    """Tell the same of a path as an expression has it."""
    return any(segment in hidden for segment in path.segments)


def paths_in(part: object) -> Iterator[Path]:
    """Yield every path in a part of an expression, however deep."""
    return (one for one in ends_of(part) if isinstance(one, Path))


def ends_of(part: object) -> Iterator[object]:
    """Yield the paths and the values in a part of an expression, however deep."""
    if isinstance(part, (Condition, Change, Value, *NODES)) and not isinstance(part, Path):
        for one in fields(cast("Any", type(part))):
            yield from ends_of(getattr(part, one.name))
    elif is_sequence(part) or is_set(part):
        for one in part:
            yield from ends_of(one)
    else:
        yield part


def clauses_of(condition: Condition) -> Iterator[Condition]:
    """Yield the comparisons and questions that a condition is made of, in order."""
    left = [condition]
    while left:
        one = left.pop()
        if one.parts:
            left.extend(reversed(one.parts))
        else:
            yield one

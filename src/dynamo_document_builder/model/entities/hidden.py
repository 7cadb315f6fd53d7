"""Hidden attributes, whose values texts do not show: fields with `repr=False`, and index keys built from them."""

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
    Return the names of hidden fields, in Python and as stored, and of the index keys built from them.

    A name applies at every depth: a field that is hidden in one class also hides fields with the same name in the other
    classes of the schema. A function can build an index key from any field, so a single hidden field hides such a key.
    Attributes of the primary key are never hidden, because errors identify items by them.
    """
    return frozenset(name for entity in entities for name in _of_entity(entity))


def _of_entity(entity: EntityModel[Any]) -> Iterable[str]:
    infos = [info for kind in nested_kinds(entity.codec.kind) for info in kind.infos if not info.in_repr]
    own = {info.name for info in entity.codec.fields.values() if not info.in_repr}
    yield from (name for info in infos for name in (info.name, info.attribute))
    primary = entity.plan.names
    for part in entity.plan.index_attributes:
        if part.attribute not in primary and (own if part.reads is None else own & part.reads):
            yield part.attribute


def is_hidden(path: str, hidden: frozenset[str]) -> bool:
    """Return True if a path, given as text, leads to or through a hidden attribute."""
    return path in hidden or not hidden.isdisjoint(_PARTS.split(path))


def leads_to_hidden(path: Path, hidden: frozenset[str]) -> bool:
    """Return True if a path of an expression leads to or through a hidden attribute."""
    return any(segment in hidden for segment in path.segments)


def paths_in(part: object) -> Iterator[Path]:
    """Yield every path in a part of an expression, at any depth."""
    return (one for one in leaves_of(part) if isinstance(one, Path))


def leaves_of(part: object) -> Iterator[object]:
    """Yield every path and value in a part of an expression, at any depth."""
    if isinstance(part, (Condition, Change, Value, *NODES)) and not isinstance(part, Path):
        for one in fields(cast("Any", type(part))):
            yield from leaves_of(getattr(part, one.name))
    elif is_sequence(part) or is_set(part):
        for one in part:
            yield from leaves_of(one)
    else:
        yield part


def clauses_of(condition: Condition) -> Iterator[Condition]:
    """Yield the comparisons and function calls of a condition, from left to right."""
    remaining = [condition]
    while remaining:
        one = remaining.pop()
        if one.parts:
            remaining.extend(reversed(one.parts))
        else:
            yield one

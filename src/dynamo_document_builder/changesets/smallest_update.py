"""The smallest update that turns one item into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from dynamo_document_builder.changesets.item_values import Form, form_in, reads_the_same_without, stored_fields
from dynamo_document_builder.expressions.evaluation.stored_values import find
from dynamo_document_builder.expressions.tree.changes import Assign, Change, Computed, Remove
from dynamo_document_builder.expressions.tree.paths import Extra, Path
from dynamo_document_builder.model.managed.fields import managed_fields
from dynamo_document_builder.schema.items.members import extras_of, value_of
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo

Names: TypeAlias = tuple[str, ...]


def smallest_changes(
    entity: EntityModel[Any], base: Any, mine: Any, wire: Mapping[str, Any], *, exact: bool = False
) -> tuple[Change, ...]:
    """
    Return the changes that turn one item into another: one per changed field, also inside nested classes and maps.

    A field has changed if its stored form has. Lists, sets and all other values are replaced as a whole. Managed fields
    are omitted, because the library sets them itself.

    *wire* is the item in DynamoDB JSON. *exact* is True if *wire* was read from DynamoDB, False if it was encoded from
    *base*.
    """
    made = _Changes(entity, wire, exact)
    old, new = stored_fields(entity, base), stored_fields(entity, mine)
    kept = managed_fields(entity)
    fields = {name: info for name, info in entity.codec.fields.items() if name not in kept and not info.key_only}
    return tuple(made.of_fields(fields, (base, mine), (old, new), _Place((), ())))


@frozen
class _Place:
    path: Names
    """The path in names of fields."""
    stored: Names
    """The path in names of attributes."""

    def inside(self, name: str, stored: str) -> _Place:
        return _Place((*self.path, name), (*self.stored, stored))


@frozen
class _Changes:
    entity: EntityModel[Any]
    wire: Mapping[str, Any]
    exact: bool

    def of_fields(
        self, fields: Mapping[str, FieldInfo], items: tuple[Any, Any], stored: tuple[Any, Any], place: _Place
    ) -> Iterator[Change]:
        for name, info in fields.items():
            old, new = (form_in(info, one, fields) for one in stored)
            if old != new:
                values = value_of(items[0], name), value_of(items[1], name)
                yield from self._of_field(info, values, (old, new), place.inside(name, info.attribute))
        extras = [_extras(item, fields) for item in items]
        yield from _of_entries(extras[0], extras[1], stored, place.path)

    def _of_field(
        self, info: FieldInfo, values: tuple[Any, Any], forms: tuple[Form, Form], place: _Place
    ) -> Iterator[Change]:
        old, new = forms
        if info.derived:  # a value computed by the class is replaced as a whole
            yield Computed(Path(place.path), values[1])
        elif info.rest:
            yield from _of_entries(values[0], values[1], (old or {}, new or {}), place.path)
        elif new is None:
            yield Remove(Path(place.path))
        elif old is None or not self._is_stored_map(place.stored):
            yield Assign(Path(place.path), values[1])
        elif isinstance(info.kind, (RecordKind, TypedDictKind)) and type(values[0]) is type(values[1]):
            yield from self.of_fields(info.kind.fields, values, (old["M"], new["M"]), place)
        elif isinstance(info.kind, MapKind) and all(type(name) is str for one in values for name in one):
            yield from _of_entries(values[0], values[1], (old["M"], new["M"]), place.path)
        else:
            yield Assign(Path(place.path), values[1])

    def _is_stored_map(self, names: Names) -> bool:
        """Return True if the stored item certainly has a map at a path, so that a member of it can be changed."""
        found = find(self.wire, names)
        if found is None or "M" not in found:
            return False
        return self.exact or not reads_the_same_without(self.entity, self.wire, names)


def _extras(item: Any, fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    return {Extra(name): value for name, value in extras_of(item).items() if name not in fields}


def _of_entries(
    old: Mapping[str, Any], new: Mapping[str, Any], stored: tuple[Mapping[str, Any], Mapping[str, Any]], path: Names
) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Remove(Path((*path, name)))
    for name, value in new.items():
        if stored[0].get(name) != stored[1][name]:
            yield Assign(Path((*path, name)), value)

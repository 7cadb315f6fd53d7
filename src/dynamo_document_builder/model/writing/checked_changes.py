"""
Checks of the new values of an update by the validators of the schema classes.

The field that a value is assigned to checks the value, at any depth, and the update writes the value as the class
returns it. The field of a container checks the elements and entries of the container. Rules between fields are not
checked, because only the stored item has all fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve
from msgspec import Struct

from dynamo_document_builder.expressions.tree.changes import Assign, ChangeSet, Computed
from dynamo_document_builder.expressions.tree.paths import NODES, IfNotExists, ListAppend
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.containers.path_lookup import alternatives, find_element_path
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.round_trip.checks import (
    check_unchanged,
    encode_round_trip,
    validated_element,
    validated_value,
)
from dynamo_document_builder.schema.round_trip.element_path import WHOLE_CONTAINER, ElementPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.paths import Path, Segment
    from dynamo_document_builder.model.keys.index_updates import Subject
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
    from dynamo_document_builder.schema.round_trip.element_path import ContainerStep


class _Place(Struct, frozen=True):
    """The place in the schema that a value is assigned to."""

    kind: Kind
    last: FieldInfo | None = None
    """The field that the path ends in; `None` if the path ends in a list index."""
    owner: Kind | None = None
    """The innermost class on the path."""
    field: FieldInfo | None = None
    """The field of `owner` that contains the value."""
    within: tuple[Segment, ...] = ()
    """The rest of the path, below `field`."""
    is_discriminator: bool = False
    """True if the field determines the class of the object that contains it."""

    def part(self, *more: ContainerStep) -> ElementPath | None:
        """Return the position of the value in its field, or `None` if the position is ambiguous."""
        found = None if self.field is None else find_element_path(self.field.kind, self.within)
        return None if found is None else ElementPath((*found.steps, *more))


def checked_changes(out: Rendering, changes: Sequence[Change], *, trusted: bool) -> tuple[Change, ...]:
    """Return the changes with their values as the classes return them; add a problem for each refused value."""
    return tuple(_checked_change(out, change, trusted=trusted) for change in changes)


def _checked_change(out: Rendering, change: Change, *, trusted: bool) -> Change:
    place = _place(out.scope.record, change.path)
    if place is None:  # the rendering reports the unknown path
        return change
    if isinstance(change, Computed):  # the class computed the value from an item that was checked whole
        return change
    _check_changeable(out, place, change.path)
    try:
        if trusted:
            return change
        if isinstance(change, ChangeSet) and change.gain:
            return evolve(change, elements=_several(place, change.elements))
        return evolve(change, value=_checked(place, change.value)) if isinstance(change, Assign) else change
    except MisfitError as error:
        out.add_failures(str(change.path), error.failures)
        return change


def _place(kind: Kind, path: Path) -> _Place | None:
    place = _Place(kind)
    for segment in path.segments:
        field = None
        if isinstance(segment, int):
            found = None if place.kind.is_set else place.kind.element()
        else:
            field = place.kind.member(segment)
            found = None if field is None else field.kind
        if found is None:
            return None
        if field is not None and _is_class(place.kind):
            is_discriminator = any(one.part_discriminator == field.attribute for one in alternatives(place.kind))
            place = _Place(found, field, place.kind, field, is_discriminator=is_discriminator)
        else:
            place = _Place(found, field, place.owner, place.field, (*place.within, segment))
    return place if path.segments else None


def _is_class(kind: Kind) -> bool:
    return any(isinstance(one, RecordKind) for one in alternatives(kind))


def _check_changeable(out: Rendering, place: _Place, path: Path) -> None:
    if place.field is not None and place.field.derived:
        out.add_problem(f"{str(path)!r} is computed by its class: update the fields that it is made of")
    elif place.is_discriminator:
        out.add_problem(f"{str(path)!r} determines the class of its object: assign the whole object")


def _checked(place: _Place, value: Any) -> Any:
    if isinstance(value, IfNotExists):
        return IfNotExists(value.path, _checked(place, value.value))
    if isinstance(value, ListAppend):
        return ListAppend(_several(place, value.first), _several(place, value.second))
    if isinstance(value, NODES) or not _is_typed(place, value):
        return value
    part = place.part()
    if place.owner is not None and place.field is not None:
        if not place.within:
            return validated_value(place.owner, place.field, value)
        if part is not None:
            value = validated_element(place.owner, place.field, part, value)
    if place.last is None or not place.last.may_be_left_out(value):
        encode_round_trip(place.kind, value)
    return value


def _several(place: _Place, elements: Any) -> Any:
    """Check the elements that the update adds to a list or a set."""
    if isinstance(elements, NODES) or not elements or not _is_typed(_Place(place.kind), elements):
        return elements
    part = place.part(WHOLE_CONTAINER)
    if place.owner is not None and place.field is not None and part is not None:
        elements = validated_element(place.owner, place.field, part, elements)
    if elements:
        encode_round_trip(place.kind, elements)
    return elements


def _is_typed(place: _Place, value: Any) -> bool:
    """Return True if a value has the declared type. The rendering refuses any other value."""
    if place.last is not None and place.last.may_be_left_out(value):
        return True
    try:
        place.kind.encode(value)
    except MisfitError:
        return False
    return True


def check_new_key(out: Rendering, subject: Subject) -> None:
    """Check the key fields of an item that the update may create, because the update writes them as fields."""
    entity, given = subject.entity, subject.given()
    codec = entity.codec.codec_for(given)
    for name in sorted(entity.plan.fields_used(given) & given.keys() & codec.fields.keys()):
        place = _Place(codec.fields[name].kind, codec.fields[name])
        if given[name] is None or not _is_typed(place, given[name]):  # building the key reports it
            continue
        try:
            check_unchanged(codec.kind, codec.fields[name], given[name])
        except MisfitError as error:
            out.add_failures(name, error.failures)

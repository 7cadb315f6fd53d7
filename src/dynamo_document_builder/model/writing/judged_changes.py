"""
The new values of an update, as the classes of the schema judge them.

Each is checked by the field that it goes into, nested or not, and written as the class makes it; an element or entry of
a container by the field that has the container. What depends on other
fields is not checked: only the stored item has them.
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
    """Where a value goes."""

    kind: Kind
    last: FieldInfo | None = None
    """What the last name of the path is; `None` where the path ends in an index."""
    owner: Kind | None = None
    """The innermost class on the way, whose field has the value, or the container around it."""
    field: FieldInfo | None = None
    within: tuple[Segment, ...] = ()
    """The way from that field on."""
    tells: bool = False
    """Whether it tells which class the object is of that it is part of."""

    def part(self, *more: ContainerStep) -> ElementPath | None:
        """Return where in its field the value goes, `None` where that cannot be told."""
        found = None if self.field is None else find_element_path(self.field.kind, self.within)
        return None if found is None else ElementPath((*found.steps, *more))


def judged_changes(out: Rendering, changes: Sequence[Change], *, trusted: bool) -> tuple[Change, ...]:
    """Return the changes with the values that the schema's classes make of theirs; what they refuse is noted."""
    return tuple(_judged_change(out, change, trusted=trusted) for change in changes)


def _judged_change(out: Rendering, change: Change, *, trusted: bool) -> Change:
    place = _place(out.scope.record, change.path)
    if place is None:  # said where it is rendered
        return change
    if isinstance(change, Computed):  # by the class itself, of an item that was judged whole
        return change
    _check_changeable(out, place, change.path)
    try:
        if trusted:
            return change
        if isinstance(change, ChangeSet) and change.gain:
            return evolve(change, elements=_several(place, change.elements))
        return evolve(change, value=_judged(place, change.value)) if isinstance(change, Assign) else change
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
            tells = any(one.part_discriminator == field.attribute for one in alternatives(place.kind))
            place = _Place(found, field, place.kind, field, tells=tells)
        else:
            place = _Place(found, field, place.owner, place.field, (*place.within, segment))
    return place if path.segments else None


def _is_class(kind: Kind) -> bool:
    return any(isinstance(one, RecordKind) for one in alternatives(kind))


def _check_changeable(out: Rendering, place: _Place, path: Path) -> None:
    if place.field is not None and place.field.derived:
        out.add_problem(f"{str(path)!r} is computed by its class: update the fields that it is made of")
    elif place.tells:
        out.add_problem(f"{str(path)!r} tells which class it is part of: assign the whole object")


def _judged(place: _Place, value: Any) -> Any:
    if isinstance(value, IfNotExists):
        return IfNotExists(value.path, _judged(place, value.value))
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
    """Judge elements that a list or a set gains."""
    if isinstance(elements, NODES) or not elements or not _is_typed(_Place(place.kind), elements):
        return elements
    part = place.part(WHOLE_CONTAINER)
    if place.owner is not None and place.field is not None and part is not None:
        elements = validated_element(place.owner, place.field, part, elements)
    if elements:
        encode_round_trip(place.kind, elements)
    return elements


def _is_typed(place: _Place, value: Any) -> bool:
    """Tell whether a value is of the declared type; one that is not is refused where it is rendered."""
    if place.last is not None and place.last.may_be_left_out(value):
        return True
    try:
        place.kind.encode(value)
    except MisfitError:
        return False
    return True


def judge_key(out: Rendering, subject: Subject) -> None:
    """Note what the class refuses of the key of an item that the update may create: it becomes fields of the item."""
    entity, given = subject.entity, subject.given()
    codec = entity.codec.codec_for(given)
    for name in sorted(entity.plan.made_of(given) & given.keys() & codec.fields.keys()):
        place = _Place(codec.fields[name].kind, codec.fields[name])
        if given[name] is None or not _is_typed(place, given[name]):  # said where the key is built
            continue
        try:
            check_unchanged(codec.kind, codec.fields[name], given[name])
        except MisfitError as error:
            out.add_failures(name, error.failures)

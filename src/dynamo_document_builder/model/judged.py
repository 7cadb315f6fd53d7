"""
The new values of an update, as the classes of the schema judge them.

Each is checked by the field that it goes into, nested or not, and written as the class makes it. What depends on other
fields is not checked: only the stored item has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve
from msgspec import Struct

from dynamo_document_builder.expressions.changes import Assign, Computed
from dynamo_document_builder.expressions.paths import NODES, IfNotExists, ListAppend
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.schema.rehearsal import kept_value, rehearsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.changes import Change
    from dynamo_document_builder.expressions.paths import Path
    from dynamo_document_builder.expressions.rendering import Rendering
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind


class _Place(Struct, frozen=True):
    """Where a value goes."""

    kind: Kind
    owner: Kind | None = None
    """What the last name of the path is a field of; `None` where the path ends in an index."""
    field: FieldInfo | None = None


def judged_changes(out: Rendering, changes: Sequence[Change], *, trusted: bool) -> tuple[Change, ...]:
    """Return the changes with the values that the schema's classes make of theirs; what they refuse is noted."""
    return tuple(_judged_change(out, change, trusted=trusted) for change in changes)


def _judged_change(out: Rendering, change: Change, *, trusted: bool) -> Change:
    place = _place(out.scope.record, change.path)
    if place is None:  # said where it is rendered
        return change
    if isinstance(change, Computed):  # by the class itself, of an item that was judged whole
        return change
    if place.field is not None and place.field.derived:
        out.problem(f"{str(change.path)!r} is computed by its class: update the fields that it is made of")
    if trusted or not isinstance(change, Assign):
        return change
    try:
        return evolve(change, value=_judged(place, change.value))
    except MisfitError as error:
        out.refuse(str(change.path), error.failures)
        return change


def _place(kind: Kind, path: Path) -> _Place | None:
    place: _Place | None = None
    for segment in path.segments:
        if isinstance(segment, int):
            element = None if kind.is_set else kind.element()
            if element is None:
                return None
            place = _Place(element)
        else:
            field = kind.member(segment)
            if field is None:
                return None
            place = _Place(field.kind, kind, field)
        kind = place.kind
    return place


def _judged(place: _Place, value: Any) -> Any:
    if isinstance(value, IfNotExists):
        return IfNotExists(value.path, _judged(place, value.value))
    if isinstance(value, ListAppend):
        return ListAppend(_appended(place.kind, value.first), _appended(place.kind, value.second))
    if isinstance(value, NODES) or not _is_typed(place, value):
        return value
    if place.owner is None or place.field is None:
        rehearsed(place.kind, value)
        return value
    return kept_value(place.owner, place.field, value)


def _appended(kind: Kind, elements: Any) -> Any:
    if not isinstance(elements, NODES) and _is_typed(_Place(kind), elements):
        rehearsed(kind, elements)
    return elements


def _is_typed(place: _Place, value: Any) -> bool:
    """Tell whether a value is of the declared type; one that is not is refused where it is rendered."""
    if place.field is not None and place.field.may_be_left_out(value):
        return True
    try:
        place.kind.encode(value)
    except MisfitError:
        return False
    return True

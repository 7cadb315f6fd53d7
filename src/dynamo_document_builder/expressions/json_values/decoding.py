"""
Decoding of the JSON values in updates.

The library computes index keys and versions, and runs validators of classes, from Python values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from dynamo_document_builder.expressions.json_values.undecoded import Undecoded
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment
from dynamo_document_builder.expressions.tree.paths import Arithmetic, IfNotExists, ListAppend
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.type_guards import is_list, is_set

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.schema.kinds.base import Kind


def decoded_changes(scope: Scope, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """
    Return the changes with each JSON value decoded by its field.

    A value that does not fit its field is returned unchanged: rendering reports it.
    """
    if not any(_holds_json(value) for change in changes for value in _values(change)):
        return changes
    return tuple(_decoded_change(scope, change) for change in changes)


def _values(change: Change) -> tuple[Any, ...]:
    match change:
        case Assign(value=value) | Increment(amount=value) | ChangeSet(elements=value):
            return (value,)
        case _:
            return ()


def _holds_json(value: object) -> bool:
    match value:
        case Undecoded():
            return True
        case IfNotExists(value=inner):
            return _holds_json(inner)
        case Arithmetic(left=one, right=other) | ListAppend(first=one, second=other):
            return _holds_json(one) or _holds_json(other)
        case _:
            return False


def _decoded_change(scope: Scope, change: Change) -> Change:
    target = Rendering(scope).resolve(change.path)  # rendering reports a path that is wrong
    if target is None:
        return change
    match change:
        case Assign(value=value):
            return evolve(change, value=_decoded(target.kind, value))
        case Increment(amount=amount):
            return evolve(change, amount=_decoded(target.kind, amount))
        case ChangeSet(elements=elements):
            found = _decoded(target.kind, elements)
            return evolve(change, elements=frozenset(found) if is_list(found) or is_set(found) else found)
        case _:
            return change


def _decoded(kind: Kind | None, value: Any) -> Any:
    match value:
        case Undecoded():
            try:
                return value.decoded(kind)
            except MisfitError:
                return value
        case IfNotExists(path=path, value=inner):
            return IfNotExists(path, _decoded(kind, inner))
        case Arithmetic(left=left, sign=sign, right=right):
            return Arithmetic(_decoded(kind, left), sign, _decoded(kind, right))
        case ListAppend(first=first, second=second):
            return ListAppend(_decoded(kind, first), _decoded(kind, second))
        case _:
            return value

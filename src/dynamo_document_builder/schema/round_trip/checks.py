"""
Round-trip checks before a write: a value is read back from its stored form and compared with the given value.

The checks find validators and converters that return another value on every call, hooks that change the object,
objects that were changed or made without validation, and codecs that cannot read their own output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.base import explain_failure, runs_user_code
from dynamo_document_builder.schema.round_trip.equality import are_equal, differences
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
    from dynamo_document_builder.schema.kinds.records.record import RecordKind
    from dynamo_document_builder.schema.round_trip.element_path import ElementPath

_UNCHANGED = "a value that is read back unchanged"
_CHANGED = "one that its class changes"


def check_read_back(kind: RecordKind, item: Any, again: Any) -> None:
    """Raise `MisfitError` if an item differs from the item that was read back."""
    found = sorted(differences(kind.layout.adapter, item, again))
    if found:
        raise MisfitError([FieldFailure(name, _UNCHANGED, _CHANGED) for name in found])


def encode_round_trip(kind: Kind, value: object) -> str:
    """Return a value as DynamoDB JSON; raises `MisfitError` if it is not read back as an equal value."""
    text = kind.encode(value)
    if runs_user_code(kind):
        try:
            again = kind.reader(text.encode())
        except Exception as error:
            raise explain_failure(kind.read_failures(read_json(text), ""), kind.expected, error) from error
        if not are_equal(value, again):
            raise MisfitError([FieldFailure("", _UNCHANGED, _CHANGED)])
    return text


def validated_value(owner: Kind, field: FieldInfo, value: object) -> object:
    """
    Return the value to write for a new value of a field: the value that the class returns for it.

    Raises `MisfitError` if the class would change the returned value again, or if it is not read back as equal.
    """
    made = _validated_twice(owner, field.name, value, None)
    if not field.may_be_left_out(made):
        encode_round_trip(field.kind, made)
    return made


def check_unchanged(owner: Kind, field: FieldInfo, value: object) -> None:
    """Raise `MisfitError` if the class of a field would change a value."""
    if not are_equal(validated_value(owner, field, value), value):
        raise MisfitError([FieldFailure("", _UNCHANGED, _CHANGED)])


def validated_element(owner: Kind, field: FieldInfo, part: ElementPath, value: object) -> Any:
    """Return the value to write for a new element inside the value of a field."""
    container = part.around(value)
    made = _validated_twice(owner, field.name, container, part)
    return value if made is container else part.inside(made, value)


def _validated_twice(owner: Kind, name: str, value: object, part: ElementPath | None) -> object:
    made = owner.validated(name, value, part)
    if not are_equal(owner.validated(name, made, part), made):
        raise MisfitError([FieldFailure("", _UNCHANGED, _CHANGED)])
    return made

"""
The rehearsal of a Put: what is about to be written is read, and compared with what was given.

It finds validators and converters that make another value every time, hooks that change the object, objects that were
changed or made without validation, and codecs that do not read what they write.
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

_KEPT = "a value that is read back as it is"
_CHANGED = "one that its class makes another value of"


def check_read_back(kind: RecordKind, item: Any, again: Any) -> None:
    """Refuse an item that is read back as another."""
    found = sorted(differences(kind.layout.adapter, item, again))
    if found:
        raise MisfitError([FieldFailure(name, _KEPT, _CHANGED) for name in found])


def encode_round_trip(kind: Kind, value: object) -> str:
    """Return a value as DynamoDB JSON, if it is read back as it is."""
    text = kind.encode(value)
    if runs_user_code(kind):
        try:
            again = kind.reader(text.encode())
        except Exception as error:
            raise explain_failure(kind.read_failures(read_json(text), ""), kind.expected, error) from error
        if not are_equal(value, again):
            raise MisfitError([FieldFailure("", _KEPT, _CHANGED)])
    return text


def validated_value(owner: Kind, field: FieldInfo, value: object) -> object:
    """
    Return what a class makes of a new value for one of its fields, if that is read back as it is.

    The value that is returned is the one to write. It is refused where the class would make yet another value of it.
    """
    made = _validated_twice(owner, field.name, value, None)
    if not field.may_be_left_out(made):
        encode_round_trip(field.kind, made)
    return made


def check_unchanged(owner: Kind, field: FieldInfo, value: object) -> None:
    """Refuse a value for a field of which its class makes another."""
    if not are_equal(validated_value(owner, field, value), value):
        raise MisfitError([FieldFailure("", _KEPT, _CHANGED)])


def validated_element(owner: Kind, field: FieldInfo, part: ElementPath, value: object) -> Any:
    """Do the same for what is new inside the value of a field: the field judges a value that holds it alone."""
    container = part.around(value)
    made = _validated_twice(owner, field.name, container, part)
    return value if made is container else part.inside(made, value)


def _validated_twice(owner: Kind, name: str, value: object, part: ElementPath | None) -> object:
    made = owner.validated(name, value, part)
    if not are_equal(owner.validated(name, made, part), made):
        raise MisfitError([FieldFailure("", _KEPT, _CHANGED)])
    return made

"""
Whether what is read back is what was written.

Objects are compared field by field: the `==` of a class may leave fields out, or compare identity.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from dynamo_document_builder.schema.libraries.lookup import adapter_of, is_record
from dynamo_document_builder.schema.type_guards import is_dict, is_set
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.schema.libraries.base import Adapter

_PLAIN: Final = frozenset({str, int, bool, float, bytes, Decimal, datetime, date, time, UUID, type(None)})
_NUMBERS: Final = (int, float, Decimal)
_SEQUENCES: Final = (list, tuple)
_BYTES: Final = (bytes, bytearray, memoryview)
_IDENTITY: Final[Any] = object.__eq__


def differences(adapter: Adapter, one: Any, other: Any) -> set[str]:
    """Return the fields, and the extras, that two objects of a class hold different values in."""
    value = adapter.value
    found = {field.name for field in adapter.fields if not are_equal(value(one, field.name), value(other, field.name))}
    if adapter.keeps_extras:
        mine, theirs = adapter.extras(one), adapter.extras(other)
        found |= {name for name in {**mine, **theirs} if name not in mine or name not in theirs}
        found |= {name for name in mine.keys() & theirs.keys() if not are_equal(mine[name], theirs[name])}
    return found


def are_equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal, and of one type as far as it is stored."""
    if one is other:
        return True
    cls: Any = one.__class__
    if type(one) is not type(other):
        return _equal_across(one, other)
    if cls in _PLAIN:
        return _equal(one, other)
    if isinstance(one, _SEQUENCES) or is_dict(one):
        return _equal_inside(one, other)
    if is_record(cls):
        return not differences(adapter_of(cls), one, other)
    # Objects of a class that does not say when they are equal cannot be compared; their stored forms are.
    return getattr(cls, "__eq__", None) is _IDENTITY or bool(one == other)


def _equal(one: Any, other: Any) -> bool:
    # Python says of a moment in an hour that a zone repeats or skips that it equals none in another zone.
    if isinstance(one, datetime) and isinstance(other, datetime) and _is_aware(one) and _is_aware(other):
        with suppress(OverflowError):  # of a year that UTC does not have
            return one.astimezone(UTC) == other.astimezone(UTC)
    return bool(one == other)


def _is_aware(moment: datetime) -> bool:
    return moment.utcoffset() is not None


def _equal_inside(one: Any, other: Any) -> bool:
    if len(one) != len(other):
        return False
    if is_dict(one):
        return one.keys() == other.keys() and all(are_equal(value, other[name]) for name, value in one.items())
    return all(map(are_equal, one, other))


def _equal_across(one: Any, other: Any) -> bool:
    """Compare values of two types: those that the value table stores alike are read back as one of them."""
    if any(isinstance(value, (Enum, bool)) for value in (one, other)):
        return False
    if all(isinstance(value, _NUMBERS) for value in (one, other)):
        return bool(one == other) or (isinstance(one, float) and one == float(other))
    if all(isinstance(value, _SEQUENCES) for value in (one, other)):
        return _equal_inside(one, other)
    if is_mapping(one) and is_dict(other):
        return are_equal({**one}, other)
    if all(isinstance(value, _BYTES) for value in (one, other)):
        return bool(one == other)
    # Sets of either kind, a datetime of another library, and what else a kind takes of a subclass.
    return ((is_set(one) and is_set(other)) or isinstance(one, type(other))) and _equal(one, other)

"""
Compares a value with the value that was read back.

Objects are compared field by field, because the `==` of a class may ignore fields or compare identity.
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
    """Return the fields and extras in which two objects of a class differ."""
    value = adapter.value
    found = {field.name for field in adapter.fields if not are_equal(value(one, field.name), value(other, field.name))}
    if adapter.keeps_extras:
        mine, theirs = adapter.extras(one), adapter.extras(other)
        found |= {name for name in {**mine, **theirs} if name not in mine or name not in theirs}
        found |= {name for name in mine.keys() & theirs.keys() if not are_equal(mine[name], theirs[name])}
    return found


def are_equal(one: Any, other: Any) -> bool:
    """Return True if two values are equal, and of the same type as far as the type is stored."""
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
    # Objects without an __eq__ cannot be compared; the caller compares their stored forms.
    return getattr(cls, "__eq__", None) is _IDENTITY or bool(one == other)


def _equal(one: Any, other: Any) -> bool:
    # A datetime in an hour that its zone repeats or skips never equals one in another zone, so compare in UTC.
    if isinstance(one, datetime) and isinstance(other, datetime) and _is_aware(one) and _is_aware(other):
        with suppress(OverflowError):  # a datetime outside the years of UTC
            return one.astimezone(UTC) == other.astimezone(UTC)
    return bool(one == other)


def _is_aware(value: datetime) -> bool:
    return value.utcoffset() is not None


def _equal_inside(one: Any, other: Any) -> bool:
    if len(one) != len(other):
        return False
    if is_dict(one):
        return one.keys() == other.keys() and all(are_equal(value, other[name]) for name, value in one.items())
    return all(map(are_equal, one, other))


def _equal_across(one: Any, other: Any) -> bool:
    """Compare values of two types that are stored in the same way, and read back as one of the two types."""
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
    # Sets of both types, and subclasses, such as the datetime of another library.
    return ((is_set(one) and is_set(other)) or isinstance(one, type(other))) and _equal(one, other)

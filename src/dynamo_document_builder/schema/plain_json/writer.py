"""Converts items to plain JSON, for web APIs and for the command line."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache, singledispatch
from math import isfinite
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET, Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import MASKED, given_type
from dynamo_document_builder.schema.failures import inside
from dynamo_document_builder.schema.fields.field_codec import FieldCodec, is_codec, registered_codec
from dynamo_document_builder.schema.items.members import extras_of, hidden_fields, is_record, members_of
from dynamo_document_builder.schema.libraries.lookup import adapter_of
from dynamo_document_builder.schema.type_guards import is_set
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

_EXACT: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps: many readers use floats for all numbers."""


def to_jsonable(item: object) -> Any:
    """
    Return an item, or any value inside one, as data for `json.dumps`.

    An item becomes a dictionary with its Python field names. Values become:

    - `Decimal`, and whole numbers beyond 2**53, which most JSON readers round: text
    - datetimes, dates and times: ISO 8601 text
    - bytes: base64 text
    - sets: sorted lists
    - enum members: their values
    - values of a class with a registered codec: the stored value

    A field that is `UNSET` is left out. No field is hidden, also not with `repr=False`: remove what a caller may not
    see.

    Raises:
        UsageError: a value cannot be written as JSON.

    Example:
        >>> to_jsonable(User("u1", "Alice", balance=100))
        {'user_id': 'u1', 'name': 'Alice', 'balance': 100, 'email': None}

    """
    return _jsonable(item, None)


def masked_jsonable(item: object) -> Any:
    """Return the same as `to_jsonable`, with a mark in place of the value of each field with `repr=False`."""
    return _jsonable(item, MASKED)


def _jsonable(item: object, mark: str | None) -> Any:
    try:
        return _Converter(mark).convert(item, "", None)
    except RecursionError:
        raise UsageError("it is nested too deeply for JSON, or contains itself") from None


class _Converter(Struct, frozen=True):
    """Converts values to plain data."""

    mark: str | None
    """Replaces the value of each field with `repr=False`; `None` to keep the value."""

    def convert(self, value: Any, path: str, owner: Any) -> Any:
        """Return a value as plain data; *owner* is the class of the object that holds the value, if any."""
        cls: Any = value.__class__
        if cls is str or value is None or cls is bool:
            return value
        if cls is int or cls is float:
            return _number(value, path)
        names = _names_of(cls)
        if names is None:
            return self._held(value, path, owner)
        members = {name: _member(value, name, path) for name in names}
        if _keeps_extras(cls):
            members |= extras_of(value)
        hidden = frozenset[str]() if self.mark is None else hidden_fields(value)
        return {
            name: self.mark if name in hidden else self.convert(one, inside(path, name), cls)
            for name, one in members.items()
            if one is not UNSET
        }

    def _held(self, value: Any, path: str, owner: Any) -> Any:
        """Convert a value that is neither an item nor plain data."""
        if is_mapping(value):
            return {_name(name, path): self.convert(one, inside(path, str(name)), owner) for name, one in value.items()}
        if is_sequence(value):
            return [self.convert(one, f"{path}[{index}]", owner) for index, one in enumerate(value)]
        if is_set(value):
            return sorted((self.convert(one, path, owner) for one in value), key=_order)
        if isinstance(value, Enum):
            return self.convert(value.value, path, owner)
        if isinstance(value, (int, float)):
            return _number(int(value) if isinstance(value, int) else float(value), path)
        return self._other(value, path, owner)

    def _other(self, value: Any, path: str, owner: Any) -> Any:
        if isinstance(value, Decimal) and not value.is_finite():
            raise UsageError(f"{path or 'it'} is not finite, so JSON cannot hold it")
        try:
            return _scalar(value)
        except NotImplementedError:
            pass
        codec = registered_codec(value.__class__, stored_anyway=False) or _library_type(value, owner)
        if codec is None:
            raise UsageError(f"{path or 'it'} is {given_type(value)}, which JSON cannot hold")
        try:
            stored = codec.encode(value)
        except Exception as error:
            raise UsageError(f"{path or 'it'} is {given_type(value)}, which its codec refuses") from error
        return self.convert(stored, path, owner)


@lru_cache(maxsize=1024)
def _names_of(cls: type[Any]) -> tuple[str, ...] | None:
    """Return the field names of a class, `None` for a class without fields. Cached, because the lookup is slow."""
    return tuple(member.name for member in members_of(cls)) if is_record(cls) else None


@lru_cache(maxsize=1024)
def _keeps_extras(cls: type[Any]) -> bool:
    return adapter_of(cls).keeps_extras


def _member(value: object, name: str, path: str) -> Any:
    try:
        return getattr(value, name)
    except AttributeError:
        raise UsageError(f"{inside(path, name)} was never set") from None


def _number(value: float, path: str) -> Any:
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else str(value)
    if not isfinite(value):
        raise UsageError(f"{path or 'it'} is not finite, so JSON cannot hold it")
    return value


def _name(name: object, path: str) -> str:
    text = name.value if isinstance(name, Enum) else name
    if not isinstance(text, str):
        raise UsageError(f"{path or 'it'} has a key that is {given_type(name)}; JSON needs text")
    return str.__str__(text)


def _order(plain: Any) -> tuple[str, Any]:
    name = type(plain).__name__
    return name, plain if isinstance(plain, (str, int, float)) else repr(plain)


def _library_type(value: object, owner: Any) -> FieldCodec[Any] | None:
    """Return the codec of a type that only the class library of the enclosing class knows."""
    known = None if owner is None else adapter_of(owner).library_type(type(value))
    return known if is_codec(known) else None


@singledispatch
def _scalar(value: object) -> Any:
    raise NotImplementedError


@_scalar.register(Decimal)
@_scalar.register(UUID)
def _(value: Decimal | UUID) -> str:
    return str(value)


@_scalar.register(datetime)
@_scalar.register(date)
@_scalar.register(time)
def _(value: datetime | date | time) -> str:
    return value.isoformat()


@_scalar.register(bytes)
@_scalar.register(bytearray)
@_scalar.register(memoryview)
def _(value: bytes | bytearray | memoryview) -> str:
    return b64encode(value).decode()


@_scalar.register(str)
def _(value: str) -> str:
    return str.__str__(value)

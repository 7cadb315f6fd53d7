"""Items as data that JSON can hold, for whoever asks over HTTP."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import singledispatch
from typing import Any
from uuid import UUID

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.facts import named
from dynamo_document_builder.schema.members import is_record, members_of
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.shapes import is_set
from dynamo_document_builder.wire.guards import is_mapping, is_sequence


def to_jsonable(item: object) -> Any:
    """
    Return an item, of any kind of schema, or any value inside one, as data that JSON can hold.

    An item is a mapping by its Python field names. Decimals are text, as JSON's numbers are rounded by most who read
    them; moments and dates are ISO text, bytes base64, sets sorted lists, enums their values. Nothing is hidden: leave
    out what a caller may not see.

    Raises:
        UsageError: a value in it has no such form.

    Example:
        >>> to_jsonable(User("u1", "Alice", balance=100))
        {'user_id': 'u1', 'name': 'Alice', 'balance': 100, 'email': None}

    """
    return _plain(item, "")


def _plain(value: Any, path: str) -> Any:
    if value is None or type(value) in {str, int, bool, float}:
        return value
    cls: Any = value.__class__
    if is_record(cls):
        return {m.name: _plain(getattr(value, m.name), inside(path, m.name)) for m in members_of(cls)}
    if is_mapping(value):
        return {_name(name, path): _plain(one, inside(path, str(name))) for name, one in value.items()}
    if is_sequence(value):
        return [_plain(one, f"{path}[{index}]") for index, one in enumerate(value)]
    if is_set(value):
        return sorted((_plain(one, path) for one in value), key=lambda one: (type(one).__name__, one))
    try:
        return _scalar(value)
    except NotImplementedError:
        raise UsageError(f"{path or 'it'} is {named(value)}, which has no form in JSON") from None


def _name(name: object, path: str) -> str:
    if not isinstance(name, str):
        raise UsageError(f"{path or 'it'} has a key that is {named(name)}; JSON's are text")
    return name


@singledispatch
def _scalar(value: object) -> Any:
    raise NotImplementedError


@_scalar.register
def _(value: Enum) -> Any:
    return _plain(value.value, "")


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
def _(value: bytes) -> str:
    return b64encode(value).decode()


@_scalar.register(str)
def _(value: str) -> str:
    return str.__str__(value)

"""Reads fields of any object, whichever class library made its class."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from dynamo_document_builder.schema.libraries.lookup import adapter_of, is_record, is_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.libraries.base import Field

_NOTHING: Final = object()
_NO_EXTRAS: Final[Mapping[str, Any]] = MappingProxyType({})

__all__ = ["extras_of", "hidden_fields", "is_record", "is_schema", "members_of", "value_of"]


def members_of(cls: Any) -> tuple[Field, ...]:
    """Return the fields of a class in order."""
    return adapter_of(cls).fields


def value_of(item: object, name: str, default: Any = None) -> Any:
    """Return the value of a field or of the discriminator of an item, which may be a dictionary of a `TypedDict`."""
    if type(item) is dict:
        return cast("dict[str, Any]", item).get(name, default)
    value = _held(item, name)
    if value is not _NOTHING:
        return value
    return adapter_of(type(item)).constants.get(name, default) if is_record(type(item)) else default


def extras_of(item: object) -> Mapping[str, Any]:
    """Return pydantic's extras: the values that an item holds without a field."""
    return adapter_of(type(item)).extras(item) if is_record(type(item)) else _NO_EXTRAS


def _held(item: object, name: str) -> Any:
    # Reading a deprecated field of a pydantic model with getattr would warn.
    own = item.__dict__ if hasattr(type(item), "__pydantic_fields__") else {}
    return own[name] if name in own else getattr(item, name, _NOTHING)


def hidden_fields(item: object) -> frozenset[str]:
    """Return the fields of an item's class with `repr=False`."""
    cls = item.__class__
    return frozenset(field.name for field in members_of(cls) if not field.repr) if is_record(cls) else frozenset()

"""Finds the adapter of a class, by attributes that class libraries set; loads no library that is not used."""

from __future__ import annotations

import typing
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from msgspec import Struct
from typing_extensions import is_typeddict

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.schema.libraries.base import Adapter

_adapters: Final[dict[Any, Adapter]] = {}
_lock: Final = Lock()


def is_record(cls: object) -> TypeGuard[type[Any]]:
    """Return True if a class has fields: a class of attrs, dataclasses, msgspec or pydantic."""
    origin = typing.get_origin(cls) or cls
    return isinstance(origin, type) and _maker(origin) is not None


def is_schema(cls: object) -> TypeGuard[type[Any]]:
    """Return True if a class can be a schema: a class with fields, or a `TypedDict`."""
    return is_record(cls) or is_typeddict(typing.get_origin(cls) or cls)


def adapter_of(cls: Any) -> Adapter:
    """Return the adapter of a class with fields, or of a `TypedDict`."""
    known = _adapters.get(cls)
    if known is None:
        origin = typing.get_origin(cls) or cls
        make = _typed_dict if is_typeddict(origin) else _maker(origin)
        if make is None:
            raise TypeError(f"{origin!r} has no fields")
        known = make(cls)  # evaluates annotations, which may run any code: so no lock is held
        with _lock:
            known = _adapters.setdefault(cls, known)
    return known


def _maker(cls: type[Any]) -> Callable[[Any], Adapter] | None:
    if isinstance(getattr(cls, "__pydantic_fields__", None), dict):  # first: pydantic dataclasses are dataclasses too
        return (
            None if getattr(cls, "__pydantic_root_model__", False) else _model
        )  # a root model holds one value, not fields
    if hasattr(cls, "__attrs_attrs__"):
        return _attrs
    if issubclass(cls, Struct):
        return _struct
    return _dataclass if hasattr(cls, "__dataclass_fields__") else None


def _attrs(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.attrs import AttrsAdapter  # noqa: PLC0415  lazy import: loads the library

    return AttrsAdapter(cls)


def _dataclass(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.dataclass import (  # noqa: PLC0415  lazy import: only such a class needs it
        DataclassAdapter,
    )

    return DataclassAdapter(cls)


def _model(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.pydantic import (  # noqa: PLC0415  lazy import: loads the library
        PydanticAdapter,
    )

    return PydanticAdapter(cls)


def _struct(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.msgspec import MsgspecAdapter  # noqa: PLC0415  lazy import: loads the library

    return MsgspecAdapter(cls)


def _typed_dict(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.typed_dict import (  # noqa: PLC0415  lazy import: only such a class needs it
        TypedDictAdapter,
    )

    return TypedDictAdapter(cls)

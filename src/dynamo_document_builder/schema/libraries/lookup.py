"""Which library made a class: told by what it leaves on its classes, so that none is loaded that is not used."""

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
    """Tell whether a class has fields that are known: of attrs, of dataclasses, of msgspec or of pydantic."""
    origin = typing.get_origin(cls) or cls
    return isinstance(origin, type) and _maker(origin) is not None


def is_schema(cls: object) -> TypeGuard[type[Any]]:
    """Tell whether whole items can be of a class: one with known fields, or a `TypedDict`."""
    return is_record(cls) or is_typeddict(typing.get_origin(cls) or cls)


def adapter_of(cls: Any) -> Adapter:
    """Return the adapter of a class with known fields, or of a `TypedDict`."""
    known = _adapters.get(cls)
    if known is None:
        origin = typing.get_origin(cls) or cls
        make = _typed_dict if is_typeddict(origin) else _maker(origin)
        if make is None:
            raise TypeError(f"{origin!r} has no fields that are known")
        known = make(cls)  # evaluates annotations, which may run anything: no lock is held
        with _lock:
            known = _adapters.setdefault(cls, known)
    return known


def _maker(cls: type[Any]) -> Callable[[Any], Adapter] | None:
    if isinstance(getattr(cls, "__pydantic_fields__", None), dict):  # before dataclasses, which pydantic's are too
        return None if getattr(cls, "__pydantic_root_model__", False) else _model  # which holds one value, not fields
    if hasattr(cls, "__attrs_attrs__"):
        return _attrs
    if issubclass(cls, Struct):
        return _struct
    return _dataclass if hasattr(cls, "__dataclass_fields__") else None


def _attrs(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.attrs import AttrsAdapter  # noqa: PLC0415  loaded where it is used

    return AttrsAdapter(cls)


def _dataclass(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.dataclass import (  # noqa: PLC0415  loaded where it is used
        DataclassAdapter,
    )

    return DataclassAdapter(cls)


def _model(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.pydantic import (  # noqa: PLC0415  loaded where it is used
        PydanticAdapter,
    )

    return PydanticAdapter(cls)


def _struct(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.msgspec import MsgspecAdapter  # noqa: PLC0415  loaded where it is used

    return MsgspecAdapter(cls)


def _typed_dict(cls: Any) -> Adapter:
    from dynamo_document_builder.schema.libraries.typed_dict import (  # noqa: PLC0415  loaded where it is used
        TypedDictAdapter,
    )

    return TypedDictAdapter(cls)

"""
The fields of a class, whichever library made it: attrs, dataclasses, msgspec or pydantic; and those of a `TypedDict`.

Each is told by what it leaves on its classes, so that no library is loaded for those who do not use it.
"""

from __future__ import annotations

import sys
import typing
from copy import copy
from typing import Any, Final, TypeGuard, cast

import attrs
from msgspec import NODEFAULT, UNSET, Struct, structs
from typing_extensions import is_typeddict

from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.schema.shapes import type_name
from dynamo_document_builder.wire.guards import is_mapping

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

_NO_METADATA: Final[Mapping[Any, Any]] = {}


class Member(Struct, frozen=True):
    """A field of a class that attrs did not make, with what is asked of those that attrs made."""

    name: str
    alias: str
    """What the class is called with."""
    default: Any = attrs.NOTHING
    """A value, or an `attrs.Factory`; `UNSET` where a `TypedDict` does not require it."""
    init: bool = True
    metadata: Mapping[Any, Any] = _NO_METADATA
    repr: bool = True
    kw_only: bool = True
    validator: None = None
    converter: None = None


def is_record(cls: object) -> TypeGuard[type[Any]]:
    """Tell whether a class has fields that are known: of attrs, of dataclasses, of msgspec or of pydantic."""
    return isinstance(cls, type) and (attrs.has(cls) or is_struct(cls) or is_model(cls) or _is_dataclass(cls))


def is_schema(cls: object) -> TypeGuard[type[Any]]:
    """Tell whether whole items can be of a class: one with known fields, or a `TypedDict`."""
    return is_record(cls) or is_typeddict(cls)


def is_struct(cls: type[Any]) -> bool:
    """Tell whether a class is one of msgspec's."""
    return issubclass(cls, Struct)


def is_model(cls: type[Any]) -> bool:
    """Tell whether a class is one of pydantic's."""
    return is_mapping(getattr(cls, "__pydantic_fields__", None))


def _is_dataclass(cls: type[Any]) -> bool:
    return hasattr(cls, "__dataclass_fields__")


def members_of(cls: type[Any]) -> tuple[Any, ...]:
    """Return the fields of a class in order, all of the shape that attrs gives them."""
    if attrs.has(cls):
        fields: tuple[Any, ...] = attrs.fields(cls)
        return fields
    if is_struct(cls):
        return tuple(_struct_members(cls))
    if is_typeddict(cls):
        return tuple(_typed_dict_members(cls))
    return tuple(_model_members(cls) if is_model(cls) else _dataclass_members(cls))


def members_by_name(cls: type[Any]) -> dict[str, Any]:
    """Return the same by their names."""
    return {member.name: member for member in members_of(cls)}


def _struct_members(cls: type[Any]) -> typing.Iterator[Member]:
    for info in structs.fields(cls):
        default = _default(info.default, info.default_factory, NODEFAULT)
        metadata = {"alias": info.encode_name} if info.encode_name != info.name else {}
        yield Member(info.name, info.name, default, metadata={**metadata, **_annotated(cls, info.name)})


def _dataclass_members(cls: type[Any]) -> typing.Iterator[Member]:
    missing = sys.modules["dataclasses"].MISSING
    for info in sys.modules["dataclasses"].fields(cls):
        default = _default(info.default, info.default_factory, missing)
        metadata = {**info.metadata, **_annotated(cls, info.name)}
        yield Member(info.name, info.name, default, init=info.init, metadata=metadata, repr=info.repr)


def _model_members(cls: type[Any]) -> typing.Iterator[Member]:
    fields: Mapping[str, Any] = cls.__pydantic_fields__
    for name, info in fields.items():
        default = attrs.NOTHING if info.is_required() else _default(info.default, info.default_factory, ...)
        alias = info.validation_alias if isinstance(info.validation_alias, str) else info.alias or name
        yield Member(name, alias, default, metadata=_annotated(cls, name), repr=info.repr)


def _typed_dict_members(cls: type[Any]) -> typing.Iterator[Member]:
    from dynamo_document_builder.schema.hints import hints_of, may_be_missing  # noqa: PLC0415  which asks this module

    for name, hint in hints_of(cls).items():
        default: Any = UNSET if may_be_missing(cls, name, hint) else attrs.NOTHING
        yield Member(name, name, default, metadata=_annotated(cls, name))


def _default(default: Any, factory: Any, missing: object) -> Any:
    if factory is not missing and factory is not None:
        return attrs.Factory(factory)
    return attrs.NOTHING if default is missing else default


def _annotated(cls: type[Any], name: str) -> Mapping[Any, Any]:
    """Return what `Annotated[..., stored(...)]` says of a field."""
    from dynamo_document_builder.schema.hints import hints_of, said_beside  # noqa: PLC0415  which asks this module

    said = said_beside(hints_of(cls).get(name))
    return next((one for one in said if is_mapping(one)), _NO_METADATA)


def value_of(item: object, name: str, default: Any = None) -> Any:
    """Return what an item holds in a field; one of a `TypedDict` is a dictionary."""
    return cast("dict[str, Any]", item).get(name, default) if type(item) is dict else getattr(item, name, default)


def hidden_in(item: object) -> frozenset[str]:
    """Return the fields that an item's class keeps out of texts, by `repr=False`."""
    cls = item.__class__
    return frozenset(member.name for member in members_of(cls) if not member.repr) if is_record(cls) else frozenset()


def replaced(item: Any, changes: Mapping[str, Any]) -> Any:
    """Return a copy of an object with other values in some fields; what the class would check is not run."""
    if isinstance(item, Struct):
        return structs.replace(item, **changes)
    if type(item) is dict:
        return {**cast("dict[str, Any]", item), **changes}
    if is_model(item.__class__):
        return item.model_copy(update=dict(changes))
    made = copy(item)
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made


_OWN_WORDS: Final = frozenset({"value_error", "assertion_error"})
"""What a validator of the class says may repeat the value."""


def refused_by_model(error: Exception, cls: type[Any]) -> list[FieldFailure]:
    """Return what a model of pydantic says of values that it refuses, field by field; nothing of another error."""
    if not is_model(cls) or not callable(getattr(error, "errors", None)):
        return []
    names = {member.alias: member.name for member in members_of(cls)}
    said: Any = error
    return [_failure(one, names) for one in said.errors(include_url=False, include_context=False)]


def _failure(one: Mapping[str, Any], names: Mapping[str, str]) -> FieldFailure:
    from dynamo_document_builder.schema.wording import expectation  # noqa: PLC0415  for a refusal only

    place = [
        names.get(str(part), str(part)) if position == 0 else str(part) for position, part in enumerate(one["loc"])
    ]
    expected = "a value its validator takes" if one["type"] in _OWN_WORDS else expectation(str(one["msg"]))
    return FieldFailure(".".join(place), expected, f"{type_name(one['input'])} ({one['type']})")

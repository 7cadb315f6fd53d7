"""Types that only pydantic knows, and how their values are stored."""

from __future__ import annotations

import typing
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Annotated, Any, Final, Literal, cast

import pydantic
from pydantic import RootModel, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import UNIONS, unwrapped
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.schema.type_guards import is_class, is_dict, is_list

_SECRET: Final = (pydantic.SecretStr, pydantic.SecretBytes)
_DECODING: Final = ("Json", "EncodedStr", "EncodedBytes")
"""Types that pydantic decodes when an object is made; it would decode the value of the object again."""


def check_plain(annotation: Any, metadata: tuple[Any, ...] | list[Any], place: str) -> None:
    """Raise a `DefinitionError` for a type that does not accept the values that it produces."""
    for one in [*metadata, *_all_metadata(annotation)]:
        name = getattr(one, "__name__", "") or type(one).__name__
        if name in _DECODING or type(one).__name__ in _DECODING:
            raise DefinitionError(
                f"{place}: pydantic decodes the values of this type, so it would decode a stored value again: "
                "declare the decoded type; DynamoDB stores lists, maps and bytes"
            )
    inner = unwrapped(annotation)
    members = typing.get_args(inner) if typing.get_origin(inner) in UNIONS else (inner,)
    if any(member in _SECRET for member in members if isinstance(member, type)):
        raise DefinitionError(
            f"{place}: pydantic writes a secret as asterisks: choose how to store it with "
            "stored(codec=FieldCodec(stored_as=str, encode=..., decode=...))"
        )


def _all_metadata(annotation: Any) -> list[Any]:
    """Return the metadata of an annotation and of all annotations inside it."""
    found = list(getattr(annotation, "__metadata__", ()))
    for inner in typing.get_args(annotation):
        found += _all_metadata(inner)
    return [*found, *([annotation] if getattr(annotation, "__name__", "") == "Json" else [])]


def by_value(annotation: Any) -> Any:
    """Return an annotation with the values of enums in place of enums, as `use_enum_values` stores them."""
    cls: object = annotation
    if isinstance(cls, type) and issubclass(cls, Enum):
        return Literal[tuple(member.value for member in cls)]
    arguments: tuple[Any, ...] = typing.get_args(annotation)
    origin: Any = typing.get_origin(annotation)
    if origin is Annotated:
        return Annotated[(by_value(arguments[0]), *annotation.__metadata__)]
    if origin is Literal or not arguments:
        return annotation
    made = tuple(by_value(argument) for argument in arguments)
    if made == arguments:
        return annotation
    return typing.Union[made] if origin in UNIONS else origin[made]  # noqa: UP007  members known at run time only


def without_json(annotation: Any) -> Any:
    """Return an annotation with `Any` in place of `JsonValue`, which is a recursive union."""
    if annotation is pydantic.JsonValue:
        return Any
    arguments: tuple[Any, ...] = typing.get_args(annotation)
    origin: Any = typing.get_origin(annotation)
    if origin in (None, Annotated, Literal):
        return annotation
    made = tuple(without_json(argument) for argument in arguments)
    if made == arguments:
        return annotation
    return typing.Union[made] if origin in UNIONS else origin[made]  # noqa: UP007  members known at run time only


_STANDARD_TYPES: Final[dict[str, Any]] = {"date": date, "datetime": datetime, "time": time}
_STORED_AS: Final[dict[str, Any]] = {"string": str, "integer": int, "number": Decimal, "boolean": bool}


def codec_or_type(annotation: Any) -> Any:
    """Return a codec for a type that only pydantic knows, or the type to store instead; `None` for other types."""
    if not is_class(annotation):
        return None
    if issubclass(annotation, RootModel):
        stored_as = annotation.model_fields["root"].annotation
        return FieldCodec[Any](stored_as=stored_as, encode=_root, decode=cast("Any", annotation))
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        known = _STANDARD_TYPES.get(cast("Any", adapter.core_schema)["type"])
        stored_as = _STORED_AS.get(adapter.json_schema(mode="serialization").get("type", ""))
    except (PydanticSchemaGenerationError, PydanticUserError):  # not a type of pydantic
        return None
    if known is not None or stored_as is None:
        return known
    return FieldCodec[Any](stored_as=stored_as, encode=partial(_dumped, adapter), decode=adapter.validate_python)


def _dumped(adapter: TypeAdapter[Any], value: Any) -> Any:
    return adapter.dump_python(value, mode="json", warnings="error")


def _root(model: Any) -> Any:
    return model.root


def _unchanged(value: Any) -> Any:
    return value


def _json_numbers(value: Any) -> Any:
    """Return a stored value with `int` and `float` in place of `Decimal`."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if is_list(value):
        return [_json_numbers(one) for one in value]
    if is_dict(value):
        return {name: _json_numbers(one) for name, one in value.items()}
    return value


JSON: Final = FieldCodec(stored_as=Any, encode=_unchanged, decode=_json_numbers)
"""The codec of `JsonValue`: stored unchanged, and read with `int` and `float` as numbers."""

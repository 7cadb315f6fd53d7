"""The adapter of msgspec structs."""

from __future__ import annotations

import re
import typing
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Union

import msgspec
from msgspec import NODEFAULT, UNSET, Meta, Struct, UnsetType, structs

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.annotations.hints import UNIONS, unwrapped
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.schema.fields.marks import marks_of
from dynamo_document_builder.schema.libraries.base import Adapter, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONSTRAINTS: Final = ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length", "tz")
_PLACE: Final = re.compile(r"(.*?)(?: - at (`key` in )?`\$\.?(.*)`)?", re.DOTALL)


class MsgspecAdapter(Adapter):
    """One struct. Its constructor checks neither types nor constraints, so the adapter checks the constraints."""

    def __init__(self, cls: Any) -> None:
        super().__init__(typing.get_origin(cls) or cls)
        try:
            infos = structs.fields(cls)
        except NameError as error:
            raise DefinitionError(
                f"schema {self.title!r}: its annotations name {error.name!r}, which its module does not have; define "
                "it there"
            ) from error
        self._infos = infos
        self.fields = tuple(map(self._field, infos))
        config = self.cls.__struct_config__
        if config.tag is not None:
            self.constants = {config.tag_field: config.tag}
        constrained = [(one.name, one.type) for one in infos if _has_constraints(one.type)]
        self._checks = {name: msgspec.defstruct("Check", [(name, hint)]) for name, hint in constrained}
        self._all_checks = msgspec.defstruct("Checks", constrained) if constrained else None
        own_init = self.cls.__init__ is not Struct.__init__
        self.runs_user_code = bool(constrained) or own_init or hasattr(self.cls, "__post_init__")

    def _field(self, info: structs.FieldInfo) -> Field:
        annotation, unset = _without_unset(info.type)
        if unset and info.default is not UNSET:
            raise DefinitionError(
                f"schema {self.title!r}, field {info.name!r}: it may be UNSET, so an absent attribute is read as "
                "UNSET: make UNSET the default"
            )
        return Field(
            name=info.name,
            annotation=annotation,
            marks=marks_of(info.type),
            rename=info.encode_name if info.encode_name != info.name else None,
            argument=info.name,
            has_default=not info.required,
            missing=unset,
        )

    def make(self, arguments: dict[str, Any], /) -> Any:
        made = self.cls(**arguments)
        if self._all_checks is not None:
            msgspec.convert({name: getattr(made, name) for name in self._checks}, self._all_checks)
        return made

    def make_trusted(self, arguments: dict[str, Any], /) -> Any:
        return self.cls(**arguments)

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        made = self.cls.__new__(self.cls)
        for name, value in values.items():
            structs.force_setattr(made, name, value)
        return made

    def validated(self, name: str, value: Any, /) -> Any:
        if name in self._checks:
            msgspec.convert({name: value}, self._checks[name])
        return value

    def failures(self, error: Exception, /) -> list[FieldFailure]:
        if not isinstance(error, msgspec.ValidationError):
            return []
        found = _PLACE.fullmatch(str(error))
        text, key, place = found.groups() if found else ("", None, None)
        if key:
            place = f"{place}[...]"
        # "Expected `int` >= 1" names the constraint only; other messages may contain the value.
        expected = text.removeprefix("Expected ").replace("`", "") if text.startswith("Expected ") else ""
        return [FieldFailure(place or "", expected or f"values {self.title} takes", "one that its Meta refuses")]

    def library_type(self, annotation: Any, /) -> Any:
        if not isinstance(annotation, type):
            return None
        known = msgspec.inspect.type_info(annotation)
        if not isinstance(known, msgspec.inspect.TimeDeltaType):
            return None
        return FieldCodec[Any](stored_as=str, encode=msgspec.to_builtins, decode=partial(_converted, annotation))

    def constant_defaults(self) -> Mapping[str, Any]:
        return {
            one.name: one.default for one in self._infos if one.default is not NODEFAULT and one.default is not UNSET
        }


def _converted(annotation: Any, text: Any) -> Any:
    return msgspec.convert(text, annotation)


def _without_unset(annotation: Any) -> tuple[Any, bool]:
    """Split `T | UnsetType` into `T` and True; return any other annotation with False."""
    inner = unwrapped(annotation)
    members = typing.get_args(inner) if typing.get_origin(inner) in UNIONS else ()
    if UnsetType not in members:
        return annotation, False
    rest = tuple(member for member in members if member is not UnsetType)
    return Union[rest], True  # noqa: UP007  members known at run time only


def _has_constraints(annotation: Any) -> bool:
    """Return True if an annotation contains a constraint, at any depth."""
    metadata: tuple[Any, ...] = getattr(annotation, "__metadata__", ())
    if any(isinstance(one, Meta) and _is_constraint(one) for one in metadata):
        return True
    origin = unwrapped(annotation)
    return any(map(_has_constraints, typing.get_args(annotation))) or (
        origin is not annotation and _has_constraints(origin)
    )


def _is_constraint(meta: Meta) -> bool:
    return any(getattr(meta, name) is not None for name in _CONSTRAINTS)

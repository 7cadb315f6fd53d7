"""Classes of every library, made of the same descriptions of fields."""

from __future__ import annotations

import dataclasses
import types
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypedDict

import attrs
import msgspec
import pydantic

from dynamo_document_builder import stored

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING: Any = object()


@dataclasses.dataclass
class Spec:
    """One field: what it is called, what it holds, and what stands there if nothing is given."""

    name: str
    hint: Any
    values: Any
    """A strategy."""
    default: Any = NOTHING
    factory: Callable[[], Any] | None = None
    alias: str | None = None
    positive: bool = False
    """An `int` that the class itself wants to be more than 0, in the way of its library."""

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.default is not NOTHING or self.factory is not None


@dataclasses.dataclass(frozen=True)
class Library:
    """How classes of one library are made, and objects of them."""

    name: str
    make: Callable[[list[Spec]], Any]
    checks: bool = True
    """Whether it has constraints."""
    build: Callable[[Any, dict[str, Any]], Any] = lambda cls, given: cls(**given)

    def __str__(self) -> str:
        return self.name


def _above_zero(_: object, __: object, value: int) -> None:
    if value <= 0:
        raise ValueError(f"{value} is not more than 0")


def _attrs(specs: list[Spec]) -> Any:
    space: dict[str, Any] = {"__annotations__": {spec.name: spec.hint for spec in specs}}
    for spec in specs:
        said: dict[str, Any] = {} if spec.default is NOTHING else {"default": spec.default}
        said |= {"factory": spec.factory} if spec.factory else {}
        said |= {"validator": _above_zero} if spec.positive else {}
        space[spec.name] = attrs.field(metadata=stored(alias=spec.alias), **said)
    return attrs.define(kw_only=True)(types.new_class("Made", (), {}, lambda body: body.update(space)))


def _dataclass(specs: list[Spec]) -> Any:
    fields: list[Any] = []
    for spec in specs:
        said: dict[str, Any] = {} if spec.default is NOTHING else {"default": spec.default}
        said |= {"default_factory": spec.factory} if spec.factory else {}
        fields.append((spec.name, spec.hint, dataclasses.field(metadata=stored(alias=spec.alias), **said)))
    return dataclasses.make_dataclass("Made", fields, kw_only=True)


def _hint(spec: Spec, constraint: Any) -> Any:
    said = [stored(alias=spec.alias)] if spec.alias else []
    said += [constraint] if spec.positive else []
    return Annotated[(spec.hint, *said)] if said else spec.hint


def _pydantic_fields(specs: list[Spec]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for spec in specs:
        default: Any = ... if spec.default is NOTHING else spec.default
        given: dict[str, Any] = {"default_factory": spec.factory} if spec.factory else {"default": default}
        found[spec.name] = (_hint(spec, pydantic.Field(gt=0)), pydantic.Field(**given))
    return found


_ANY = pydantic.ConfigDict(arbitrary_types_allowed=True)


def _model(specs: list[Spec]) -> Any:
    return pydantic.create_model("Made", __config__=_ANY, **_pydantic_fields(specs))


def _pydantic_dataclass(specs: list[Spec]) -> Any:
    fields = _pydantic_fields(specs)
    space: dict[str, Any] = {name: given for name, (_, given) in fields.items()}
    space["__annotations__"] = {name: hint for name, (hint, _) in fields.items()}
    made = types.new_class("Made", (), {}, lambda body: body.update(space))
    return pydantic.dataclasses.dataclass(kw_only=True, config=_ANY)(made)


def _struct(specs: list[Spec]) -> Any:
    fields: list[Any] = []
    for spec in specs:
        hint = _hint(spec, msgspec.Meta(gt=0))
        if spec.factory:
            fields.append((spec.name, hint, msgspec.field(default_factory=spec.factory)))
        else:
            fields.append((spec.name, hint) if spec.default is NOTHING else (spec.name, hint, spec.default))
    return msgspec.defstruct("Made", fields, kw_only=True)


def _typed_dict(specs: list[Spec]) -> Any:
    hints = {spec.name: _hint(spec, None) for spec in specs}
    return TypedDict("Made", {s.name: NotRequired[hints[s.name]] if s.optional else hints[s.name] for s in specs})  # type: ignore[misc]  # made at run time


LIBRARIES = (
    Library("attrs", _attrs),
    Library("dataclass", _dataclass, checks=False),
    Library("pydantic", _model),
    Library("pydantic dataclass", _pydantic_dataclass),
    Library("msgspec", _struct),
    Library("typed dict", _typed_dict, checks=False, build=lambda _, given: given),
)
CLASSES = LIBRARIES[:-1]

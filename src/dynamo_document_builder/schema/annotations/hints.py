"""Evaluates annotations: resolves names and type variables, and unwraps `Annotated`, `NewType` and aliases."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NewType, TypeVar, Union, cast

import typing_extensions

from dynamo_document_builder.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

UNIONS: Final = (Union, types.UnionType)
_NONE: Final = type(None)
_NOTHING: Final[Mapping[str, Any]] = {}
_WRAPPERS: Final = (typing.Annotated, typing.Final, typing.Required, typing.NotRequired, typing_extensions.ReadOnly)


_PYDANTIC_TYPES: Final[dict[str, type[Any]]] = {
    "AwareDatetime": datetime,
    "PastDatetime": datetime,
    "FutureDatetime": datetime,
    "PastDate": date,
    "FutureDate": date,
}
"""The class of the values of annotations that pydantic declares as classes without instances."""


def hints_of(cls: Any, given: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
    """
    Return the evaluated annotations of a class, with its type variables substituted.

    *given* are annotations that the class library has evaluated already.
    """
    origin = typing.get_origin(cls) or cls
    known = {name: annotation for name, annotation in given.items() if annotation is not None}
    try:
        found = known | typing.get_type_hints(origin, include_extras=True)
    except NameError as error:
        if not known or any(isinstance(annotation, str) for annotation in known.values()):
            raise _not_found(origin, error) from error
        found = known
    except Exception as error:  # an annotation is any expression, and may raise anything
        raise DefinitionError(
            f"schema {origin.__name__!r}: its annotations cannot be evaluated ({error}); if one is partly quoted, "
            "quote all of it: 'Node | None'"
        ) from error
    variables = type_variables(cls)
    return {name: substituted(annotation, variables) for name, annotation in found.items()} if variables else found


def _not_found(cls: Any, error: NameError) -> DefinitionError:
    return DefinitionError(
        f"schema {cls.__name__!r}: its annotations name {error.name!r}, which its module does not have; define it "
        "there, or call attrs.resolve_types first"
    )


def type_variables(cls: Any) -> dict[Any, Any]:
    """Return the type of each type variable of a generic class and of its bases."""
    origin = typing.get_origin(cls) or cls
    parameters = getattr(origin, "__parameters__", ())
    found: dict[Any, Any] = dict(zip(parameters, typing.get_args(cls), strict=False))
    for base in getattr(origin, "__orig_bases__", ()):
        generic = typing.get_origin(base)
        if generic in (None, typing.Generic, typing.Protocol):
            continue
        arguments = tuple(substituted(argument, found) for argument in typing.get_args(base))
        found |= type_variables(generic[arguments])
    return found


def substituted(annotation: Any, variables: Mapping[Any, Any]) -> Any:
    """Return an annotation with its type variables substituted."""
    if isinstance(annotation, TypeVar):
        return variables.get(annotation, annotation)
    parameters: tuple[Any, ...] = getattr(annotation, "__parameters__", ())
    if not parameters or isinstance(annotation, type):
        return annotation
    return annotation[tuple(variables.get(one, one) for one in parameters)]


def unwrapped(annotation: Any) -> Any:
    """Remove wrappers that do not change how a value is stored: NewType, Annotated, Final, aliases."""
    while (inner := _inside(annotation)) is not None:
        annotation = inner
    return annotation


def is_naive_datetime(annotation: Any) -> bool:
    """Return True if an annotation is pydantic's `NaiveDatetime`."""
    return _is_pydantic_type(annotation) and annotation.__name__ == "NaiveDatetime"


def _is_pydantic_type(annotation: Any) -> bool:
    return isinstance(annotation, type) and annotation.__module__ == "pydantic.types"


def annotated_metadata(annotation: Any) -> tuple[Any, ...]:
    """Return the metadata of all `Annotated` wrappers of a type, the innermost first."""
    levels: list[tuple[Any, ...]] = []
    while (inner := _inside(annotation)) is not None:
        if typing.get_origin(annotation) is typing.Annotated:
            levels.append(annotation.__metadata__)
        annotation = inner
    return tuple(one for level in reversed(levels) for one in level)


def _inside(annotation: Any) -> Any:
    """Return the annotation inside a wrapper, `None` if the annotation is not a wrapper."""
    if isinstance(annotation, NewType):
        return annotation.__supertype__
    if typing.get_origin(annotation) in _WRAPPERS:
        return typing.get_args(annotation)[0]
    if type(annotation).__name__ == "TypeAliasType":
        return annotation.__value__
    return _PYDANTIC_TYPES.get(annotation.__name__) if _is_pydantic_type(annotation) else None


def lookup(annotation: Any, table: Mapping[Any, T]) -> T | None:
    """Return the entry of an annotation in a table; an annotation without a hash has no entry."""
    try:
        return table.get(annotation)
    except TypeError:
        return None


def split_optional(annotation: Any) -> tuple[Any, bool]:
    """Split `X | None` into `X` and True; return any other annotation with False."""
    members = union_members(annotation)
    rest = [member for member in members if member is not _NONE and member is not None]
    if not rest:
        raise DefinitionError("None alone cannot be stored: declare another type, or X | None")
    inner = rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007  members known at run time only
    return inner, len(rest) < len(members)


def union_members(annotation: Any) -> list[Any]:
    """Return the members of a union, with nested unions flattened; any other annotation is its only member."""
    annotation = unwrapped(annotation)
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is Literal and None in arguments:
        rest = tuple(argument for argument in arguments if argument is not None)
        return [Literal[rest], _NONE] if rest else [_NONE]
    if typing.get_origin(annotation) not in UNIONS:
        return [annotation]
    return [inner for member in arguments for inner in union_members(member)]


def is_not_required(cls: Any, name: str, hint: Any) -> bool:
    """Return True if a key of a `TypedDict` is not required. *hint* is evaluated; the class may hold a string."""
    while (origin := typing.get_origin(hint)) in _WRAPPERS:
        if origin in (typing.Required, typing.NotRequired):
            return origin is typing.NotRequired
        hint = typing.get_args(hint)[0]
    return name not in cls.__required_keys__


def instance_types(annotation: Any) -> type[Any] | tuple[type[Any], ...]:
    """Return the classes to check values of an annotation with `isinstance`; `object` if there is no such class."""
    annotation = unwrapped(annotation)
    if is_naive_datetime(annotation):
        return datetime
    origin = typing.get_origin(annotation) or annotation
    try:
        isinstance(None, origin)
    except TypeError:  # Any, a union of parametrised types, a TypedDict, a protocol
        return object
    return (float, int) if origin is float else cast("type[Any]", origin)


def annotation_text(annotation: Any) -> str:
    """Return an annotation as it is written in code."""
    is_plain = isinstance(annotation, type) and not typing.get_args(annotation)
    return annotation.__name__ if is_plain else str(annotation).replace("typing.", "")

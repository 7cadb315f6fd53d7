"""Reading annotations: the names in them looked up, and what says nothing about the stored form taken off."""

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
_MARKS: Final = (typing.Annotated, typing.Final, typing.Required, typing.NotRequired, typing_extensions.ReadOnly)


_OF_PYDANTIC: Final[dict[str, type[Any]]] = {
    "AwareDatetime": datetime,
    "PastDatetime": datetime,
    "FutureDatetime": datetime,
    "PastDate": date,
    "FutureDate": date,
}
"""What values are where pydantic has a class of its own for the annotation, which no value is an instance of."""


def hints_of(cls: Any, given: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
    """
    Return a class's annotations with the names in them looked up, and its type variables replaced.

    *given* are those that the class's library knows by itself.
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
            f"schema {origin.__name__!r}: its annotations cannot be evaluated ({error}); where part of one is quoted, "
            "quote the whole: 'Node | None'"
        ) from error
    variables = type_variables(cls)
    return {name: substituted(annotation, variables) for name, annotation in found.items()} if variables else found


def _not_found(cls: Any, error: NameError) -> DefinitionError:
    return DefinitionError(
        f"schema {cls.__name__!r}: its annotations name {error.name!r}, which its module does not have; define it "
        "there, or call attrs.resolve_types first"
    )


def type_variables(cls: Any) -> dict[Any, Any]:
    """Return what the variables of a generic class stand for, in the class and in every base."""
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
    """Return an annotation with the type variables in it replaced."""
    if isinstance(annotation, TypeVar):
        return variables.get(annotation, annotation)
    parameters: tuple[Any, ...] = getattr(annotation, "__parameters__", ())
    if not parameters or isinstance(annotation, type):
        return annotation
    return annotation[tuple(variables.get(one, one) for one in parameters)]


def unwrapped(annotation: Any) -> Any:
    """Take off what says nothing about how a value is stored: NewType, Annotated, Final, aliases."""
    while (inner := _inside(annotation)) is not None:
        annotation = inner
    return annotation


def is_naive_datetime(annotation: Any) -> bool:
    """Tell whether an annotation is pydantic's, for a datetime without a timezone."""
    return _is_of_pydantic(annotation) and annotation.__name__ == "NaiveDatetime"


def _is_of_pydantic(annotation: Any) -> bool:
    return isinstance(annotation, type) and annotation.__module__ == "pydantic.types"


def annotated_metadata(annotation: Any) -> tuple[Any, ...]:
    """Return what `Annotated` says beside a type, inside `Required` and its like too; what is said last wins."""
    levels: list[tuple[Any, ...]] = []
    while (inner := _inside(annotation)) is not None:
        if typing.get_origin(annotation) is typing.Annotated:
            levels.append(annotation.__metadata__)
        annotation = inner
    return tuple(one for level in reversed(levels) for one in level)


def _inside(annotation: Any) -> Any:
    """Return what stands inside a wrapper, `None` if it is not one."""
    if isinstance(annotation, NewType):
        return annotation.__supertype__
    if typing.get_origin(annotation) in _MARKS:
        return typing.get_args(annotation)[0]
    if type(annotation).__name__ == "TypeAliasType":
        return annotation.__value__
    return _OF_PYDANTIC.get(annotation.__name__) if _is_of_pydantic(annotation) else None


def lookup(annotation: Any, table: Mapping[Any, T]) -> T | None:
    """Return what a table has for an annotation; it has nothing for one that cannot be hashed."""
    try:
        return table.get(annotation)
    except TypeError:
        return None


def split_optional(annotation: Any) -> tuple[Any, bool]:
    """Split `X | None` into `X` and whether there was a `None`."""
    members = union_members(annotation)
    rest = [member for member in members if member is not _NONE and member is not None]
    if not rest:
        raise DefinitionError("None alone is nothing to store")
    inner = rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007  members known at run time only
    return inner, len(rest) < len(members)


def union_members(annotation: Any) -> list[Any]:
    """Return the members of a union, of those inside it too, or an annotation that is none."""
    annotation = unwrapped(annotation)
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is Literal and None in arguments:
        rest = tuple(argument for argument in arguments if argument is not None)
        return [Literal[rest], _NONE] if rest else [_NONE]
    if typing.get_origin(annotation) not in UNIONS:
        return [annotation]
    return [inner for member in arguments for inner in union_members(member)]


def is_not_required(cls: Any, name: str, hint: Any) -> bool:
    """Whether a member of a `TypedDict` is not required; read off the hint, which may have been a string before."""
    while (origin := typing.get_origin(hint)) in _MARKS:
        if origin in (typing.Required, typing.NotRequired):
            return origin is typing.NotRequired
        hint = typing.get_args(hint)[0]
    return name not in cls.__required_keys__


def instance_types(annotation: Any) -> type[Any] | tuple[type[Any], ...]:
    """Return what `isinstance` takes for an annotation; `object` where that cannot say."""
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
    """Return an annotation as people write it."""
    is_plain = isinstance(annotation, type) and not typing.get_args(annotation)
    return annotation.__name__ if is_plain else str(annotation).replace("typing.", "")

"""Reading annotations: the names in them looked up, and what says nothing about the stored form taken off."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NewType, TypeVar, Union, cast

import attrs
import typing_extensions

from dynamo_document_builder.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

UNIONS: Final = (Union, types.UnionType)
_NONE: Final = type(None)
_MARKS: Final = (typing.Annotated, typing.Final, typing.Required, typing.NotRequired, typing_extensions.ReadOnly)


_OF_PYDANTIC: Final[dict[str, type[Any]]] = {
    "AwareDatetime": datetime,
    "PastDatetime": datetime,
    "FutureDatetime": datetime,
    "PastDate": date,
    "FutureDate": date,
}
"""What values are where pydantic has a class of its own for the annotation, which no value is an instance of."""


def hints_of(cls: type) -> dict[str, Any]:
    """Return a class's annotations with the names in them looked up."""
    given = {attribute.name: attribute.type for attribute in attrs.fields(cls)} if attrs.has(cls) else {}
    given = {name: annotation for name, annotation in given.items() if annotation is not None}
    try:
        return given | typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        if given and not any(isinstance(annotation, str) for annotation in given.values()):
            return given
        raise DefinitionError(
            f"schema {cls.__name__!r}: its annotations name {error.name!r}, which its module does not have; define it "
            "there, or call attrs.resolve_types first"
        ) from error
    except Exception as error:  # an annotation is any expression, and may raise anything
        raise DefinitionError(
            f"schema {cls.__name__!r}: its annotations cannot be evaluated ({error}); where part of one is quoted, "
            "quote the whole: 'Node | None'"
        ) from error


def unwrapped(annotation: Any) -> Any:
    """Take off what says nothing about how a value is stored: NewType, Annotated, Final, aliases."""
    while True:
        if isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif typing.get_origin(annotation) in _MARKS:
            annotation = typing.get_args(annotation)[0]
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        elif _is_of_pydantic(annotation) and annotation.__name__ in _OF_PYDANTIC:
            annotation = _OF_PYDANTIC[annotation.__name__]
        else:
            return annotation


def is_naive_datetime(annotation: Any) -> bool:
    """Tell whether an annotation is pydantic's, for a datetime without a timezone."""
    return _is_of_pydantic(annotation) and annotation.__name__ == "NaiveDatetime"


def _is_of_pydantic(annotation: Any) -> bool:
    return isinstance(annotation, type) and annotation.__module__ == "pydantic.types"


def said_beside(annotation: Any) -> tuple[Any, ...]:
    """Return what `Annotated` says beside a type, inside `Required` and its like too."""
    while typing.get_origin(annotation) in _MARKS:
        annotation, *said = typing.get_args(annotation)
        if said:
            return tuple(said)
    return ()


def looked_up(annotation: Any, table: Mapping[Any, T]) -> T | None:
    """Return what a table has for an annotation; it has nothing for one that cannot be hashed."""
    try:
        return table.get(annotation)
    except TypeError:
        return None


def without_none(annotation: Any) -> tuple[Any, bool]:
    """Split `X | None` into `X` and whether there was a `None`."""
    members = flat(annotation)
    rest = [member for member in members if member is not _NONE and member is not None]
    if not rest:
        raise DefinitionError("None alone is nothing to store")
    inner = rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007  members known at run time only
    return inner, len(rest) < len(members)


def flat(annotation: Any) -> list[Any]:
    """Return the members of a union, of those inside it too, or an annotation that is none."""
    annotation = unwrapped(annotation)
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is Literal and None in arguments:
        rest = tuple(argument for argument in arguments if argument is not None)
        return [Literal[rest], _NONE] if rest else [_NONE]
    if typing.get_origin(annotation) not in UNIONS:
        return [annotation]
    return [inner for member in arguments for inner in flat(member)]


def may_be_missing(cls: Any, name: str, hint: Any) -> bool:
    """Whether a member of a `TypedDict` is not required; read off the hint, which may have been a string before."""
    while (origin := typing.get_origin(hint)) in _MARKS:
        if origin in (typing.Required, typing.NotRequired):
            return origin is typing.NotRequired
        hint = typing.get_args(hint)[0]
    return name not in cls.__required_keys__


def checkable(annotation: Any) -> type[Any] | tuple[type[Any], ...]:
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


def shown(annotation: Any) -> str:
    """Return an annotation as people write it."""
    is_plain = isinstance(annotation, type) and not typing.get_args(annotation)
    return annotation.__name__ if is_plain else str(annotation).replace("typing.", "")

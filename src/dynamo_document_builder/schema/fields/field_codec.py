"""Codecs for types that the library does not store by itself: for one field, or registered for a class."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, TypeGuard, TypeVar
from uuid import UUID

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class FieldCodec(Struct, Generic[T], frozen=True, kw_only=True):
    """
    Stores values of one type as values of another type, through two functions.

    Pass a codec to `stored(codec=...)` for one field, or register one for a class with `register_codec`.

    Example:
        >>> as_text = FieldCodec(stored_as=str, encode=str, decode=IPv4Address)

    """

    stored_as: Any
    """The type that is stored: `str`, `int`, `Decimal`, `dict[str, str]`, or any other type that the library stores."""
    encode: Callable[[T], Any]
    """Returns the stored value. Raise any exception to refuse a value."""
    decode: Callable[[Any], T]
    """Returns the value for a stored one."""
    keeps_order: bool | None = None
    """
    True if the stored values sort in the same order as the values. If False, ordering comparisons are refused.

    Default `None`: ordering comparisons are allowed if the value is stored as a number, or text as text.
    """
    rounded: Callable[[T, bool], T] | None = None
    """
    Returns the nearest value that can be stored: at most the given value, or with `True` at least the given value.

    For codecs that refuse values with more precision than the stored form. Ordering comparisons then round the value.
    """


def is_codec(value: object) -> TypeGuard[FieldCodec[Any]]:
    """Return True if a value is a `FieldCodec`."""
    return isinstance(value, FieldCodec)


_STANDARD_TYPES: Final = frozenset(
    {str, int, float, Decimal, bool, bytes, datetime, date, time, UUID, object}
    | {list, tuple, dict, set, frozenset, type(None)}
)
_codecs: Final[dict[type, FieldCodec[Any]]] = {}
_used: Final[set[type]] = set()
_lock: Final = Lock()


def register_codec(
    type_: type[T],
    *,
    stored_as: Any,
    encode: Callable[[T], Any],
    decode: Callable[[Any], T],
    keeps_order: bool | None = None,
    rounded: Callable[[T, bool], T] | None = None,
) -> None:
    """
    Register a codec for every value of a class that the library does not store by itself.

    Register the codec before you define the first entity that uses the class, so that the stored form never depends on
    the order of imports. The parameters are the attributes of `FieldCodec`.

    Raises:
        DefinitionError: the library stores the class by itself, another codec is registered for the class, or an entity
            uses the class already.

    Example:
        >>> register_codec(IPv4Address, stored_as=str, encode=str, decode=IPv4Address)

    """
    codec = FieldCodec(stored_as=stored_as, encode=encode, decode=decode, keeps_order=keeps_order, rounded=rounded)
    if not isinstance(type_, type):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a type checker
        raise DefinitionError(f"register_codec needs a class, not {type_!r}; for one field, use stored(codec=...)")
    if unwrapped(type_) in _STANDARD_TYPES:
        raise DefinitionError(f"the library stores {type_.__name__} by itself; for one field, use stored(codec=...)")
    with _lock:
        if _codecs.get(type_) == codec:
            return
        if type_ in _codecs:
            raise DefinitionError(f"{type_.__name__} has another codec already; register one codec per class")
        if type_ in _used:
            raise DefinitionError(
                f"a schema that uses {type_.__name__} is defined already; register the codec before the schema"
            )
        _codecs[type_] = codec


def registered_codec(type_: type, *, stored_anyway: bool) -> FieldCodec[Any] | None:
    """
    Return the codec that is registered for a type, or `None`.

    If the type has a codec, or is *stored_anyway* without one, no other codec can be registered from now on.
    """
    with _lock:
        codec = _codecs.get(type_)
        if stored_anyway or codec is not None:
            _used.add(type_)
        return codec

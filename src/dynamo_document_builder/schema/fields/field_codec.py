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
    How values of a type outside the table are stored: as a type inside it, through two functions.

    Example:
        >>> as_text = FieldCodec(stored_as=str, encode=str, decode=IPv4Address)

    """

    stored_as: Any
    """An annotation of the value table: `str`, `int`, `Decimal`, `dict[str, str]`, ..."""
    encode: Callable[[T], Any]
    decode: Callable[[Any], T]
    keeps_order: bool | None = None
    """
    Whether what is stored sorts as the values do; where it does not, comparisons by order are refused.

    Where this is not said, they are taken for what is stored as a number, and for text of text.
    """
    rounded: Callable[[T, bool], T] | None = None
    """
    Returns the nearest value that can be stored, not above the given one, or with `True` not below it.

    For codecs that refuse values finer than what is stored: comparisons by order take them so.
    """


def is_codec(value: object) -> TypeGuard[FieldCodec[Any]]:
    """Tell whether a value is a codec."""
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
    Store every value of a type outside the table as a type inside it.

    Register before the first entity that uses the type is defined: what is stored must not depend on the order of
    imports. `keeps_order` says whether what is stored sorts as the values do, see `FieldCodec`.

    Example:
        >>> register_codec(IPv4Address, stored_as=str, encode=str, decode=IPv4Address)

    """
    codec = FieldCodec(stored_as=stored_as, encode=encode, decode=decode, keeps_order=keeps_order, rounded=rounded)
    if not isinstance(type_, type):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a type checker
        raise DefinitionError(
            f"a codec is registered for a class, not for {type_!r}; metadata gives one to a single field"
        )
    if unwrapped(type_) in _STANDARD_TYPES:
        raise DefinitionError(
            f"{type_.__name__} is stored already; a field's metadata can give that field another codec"
        )
    with _lock:
        if _codecs.get(type_) == codec:
            return
        if type_ in _codecs:
            raise DefinitionError(f"{type_.__name__} has another codec already")
        if type_ in _used:
            raise DefinitionError(f"a schema that uses {type_.__name__} is in use already; register its codec before")
        _codecs[type_] = codec


def registered(type_: type, *, stored_anyway: bool) -> FieldCodec[Any] | None:
    """Return the codec of a type; if there is one, or the type is stored without, that cannot change from now on."""
    with _lock:
        codec = _codecs.get(type_)
        if stored_anyway or codec is not None:
            _used.add(type_)
        return codec

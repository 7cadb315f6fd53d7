"""Reading the key of a stored item, in the form that `EntityModel.encode_key` writes."""

from __future__ import annotations

from functools import cache
from operator import add, attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw, Struct, defstruct

from dynamo_document_builder.errors import UnexpectedResponseError
from dynamo_document_builder.schema.codegen.mirrors import Member, Members, mirror_of, needs_no_escape
from dynamo_document_builder.wire.json.decoders import new_decoder
from dynamo_document_builder.wire.json.numbers import decimal_text, read_decimal
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SCALARS: Final = {"S": str, "N": str, "B": str}


@cache
def stored_key(names: tuple[str, ...]) -> Callable[[bytes | Raw], str]:
    """
    Return a function that reads only these attributes of an item in DynamoDB JSON.

    Equal keys give equal text, because numbers are written in canonical form.
    """
    members = Members.of("Key", [Member(name, mirror_of(_SCALARS), required=True) for name in names])
    decode, unpack = new_decoder(members.mirror).decode, members.unpack
    write = _writer(names, "f")

    def read(raw: bytes | Raw) -> str:
        try:
            return write(decode(raw) if unpack is None else unpack(decode(raw)))
        except (AttributeError, ArithmeticError, TypeError, ValueError, msgspec.DecodeError) as error:
            attributes = ", ".join(names)
            raise UnexpectedResponseError(f"an item came back without its key attributes: {attributes}") from error

    return read


@cache
def stored_values(names: tuple[str, ...]) -> Callable[[bytes | Raw], tuple[tuple[str, str], ...] | None]:
    """Return a function that reads type and text of these attributes; it returns `None` if one is missing."""
    members = Members.of("Key", [Member(name, mirror_of(_SCALARS), required=True) for name in names])
    decode, unpack = new_decoder(members.mirror).decode, members.unpack
    places = [f"f{index}" for index in range(len(names))]

    def read(raw: bytes | Raw) -> tuple[tuple[str, str], ...] | None:
        try:
            found = decode(raw) if unpack is None else unpack(decode(raw))
            return tuple([_typed(getattr(found, place)) for place in places])
        except (AttributeError, TypeError, ValueError, msgspec.DecodeError):
            return None

    return read


def _typed(value: Any) -> tuple[str, str]:
    for tag in _SCALARS:
        if type(text := getattr(value, tag)) is str:
            return tag, text
    raise ValueError("no key has such a value")


class KeyedMirror(Struct, frozen=True):
    """A msgspec struct that reads items together with their keys."""

    struct: Any
    """The struct: the fields of another mirror, and the key attributes."""
    key_of: Callable[[Any], str]
    """Returns the key of a decoded struct; raises an error if a key attribute is missing."""


def with_key_attributes(mirror: Any, names: tuple[str, ...], types: Sequence[str] = ()) -> KeyedMirror | None:
    """
    Add key attributes to a mirror struct. Return `None` if the mirror already has a key attribute.

    *types* are the stored types of the keys, if they are known. The struct then reads no other types.
    """
    if not set(names).isdisjoint(mirror.__struct_encode_fields__) or not all(map(needs_no_escape, names)):
        return None
    fields = {f"k{index}": name for index, name in enumerate(names)}
    shapes = [{one: str} for one in types] or [_SCALARS] * len(names)
    members: list[Any] = [(field, mirror_of(one)) for field, one in zip(fields, shapes, strict=True)]
    both = defstruct(mirror.__name__, members, bases=(mirror,), rename=fields, kw_only=True, gc=False)
    return KeyedMirror(both, _writer(names, "k"))


def _writer(names: tuple[str, ...], prefix: str) -> Callable[[Any], str]:
    """Return a function that writes the key from the struct fields with this prefix."""
    openings = [f"{quote(name)}:" for name in names]
    places = [f"{prefix}{index}" for index in range(len(names))]

    def write(found: Any) -> str:
        values = [getattr(found, place) for place in places]
        return f"{{{','.join(map(add, openings, map(_text, values)))}}}"

    match openings:
        case [one, other]:
            return _of_texts(one, other, attrgetter(*(f"{place}.S" for place in places)), write)
        case _:
            return write


def _of_texts(
    one: str, other: str, texts: Callable[[Any], Any], otherwise: Callable[[Any], str]
) -> Callable[[Any], str]:
    """Return a fast function for keys of two strings; it calls *otherwise* for other keys."""
    opening, between = f'{{{one}{{"S":', f'}},{other}{{"S":'

    def write(found: Any) -> str:
        first, second = texts(found)
        if type(first) is str and type(second) is str:
            return f"{opening}{quote(first)}{between}{quote(second)}}}}}"
        return otherwise(found)

    return write


def _text(value: Any) -> str:
    if isinstance(value.S, str):
        return f'{{"S":{quote(value.S)}}}'
    if isinstance(value.N, str):
        return f'{{"N":"{decimal_text(read_decimal(value.N))}"}}'
    if isinstance(value.B, str):
        return f'{{"B":"{value.B}"}}'
    raise ValueError("it is neither text, a number nor bytes")

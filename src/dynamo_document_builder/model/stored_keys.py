"""The key of an item as it came back, in the very text that `EntityModel.encode_key` writes."""

from __future__ import annotations

from functools import cache
from operator import add
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from dynamo_document_builder.errors import UnexpectedResponseError
from dynamo_document_builder.schema.kinds.mirrors import Member, Members, mirror_of
from dynamo_document_builder.wire.decoders import new_decoder
from dynamo_document_builder.wire.json import quote
from dynamo_document_builder.wire.numbers import decimal_text, read_decimal

if TYPE_CHECKING:
    from collections.abc import Callable

_SCALARS: Final = {"S": str, "N": str, "B": str}


@cache
def stored_key(names: tuple[str, ...]) -> Callable[[bytes | Raw], str]:
    """
    Return a function that reads those attributes of an item in DynamoDB JSON, and nothing else of it.

    Equal keys give equal text: numbers are written canonically, however they came.
    """
    members = Members.of("Key", [Member(name, mirror_of(_SCALARS), required=True) for name in names])
    decode, unpack = new_decoder(members.mirror).decode, members.unpack
    openings = [f"{quote(name)}:" for name in names]
    places = [f"f{index}" for index in range(len(names))]
    pair = _pair_of(openings)

    def read(raw: bytes | Raw) -> str:
        try:
            found = decode(raw) if unpack is None else unpack(decode(raw))
            if pair and type(one := found.f0.S) is str and type(other := found.f1.S) is str:
                return pair % (quote(one), quote(other))  # what nearly every key is
            texts = [_text(getattr(found, place)) for place in places]
        except (AttributeError, ArithmeticError, TypeError, ValueError, msgspec.DecodeError) as error:
            attributes = ", ".join(names)
            raise UnexpectedResponseError(f"an item came back without its key attributes: {attributes}") from error
        return f"{{{','.join(map(add, openings, texts))}}}"

    return read


def _pair_of(openings: list[str]) -> str | None:
    """Return the text of a key of two texts, with a place for each; `None` if it has one part, or those of an index."""
    match [opening.replace("%", "%%") for opening in openings]:
        case [one, other]:
            return f'{{{one}{{"S":%s}},{other}{{"S":%s}}}}'
        case _:
            return None


def _text(value: Any) -> str:
    if isinstance(value.S, str):
        return f'{{"S":{quote(value.S)}}}'
    if isinstance(value.N, str):
        return f'{{"N":"{decimal_text(read_decimal(value.N))}"}}'
    if isinstance(value.B, str):
        return f'{{"B":"{value.B}"}}'
    raise ValueError("it is neither text, a number nor bytes")

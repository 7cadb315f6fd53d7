"""A codec for numbers that are stored as text."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.wire.json.numbers import UnstorableError
from dynamo_document_builder.wire.json.numbers import number_text as canonical

if TYPE_CHECKING:
    from collections.abc import Callable

N = TypeVar("N", bound=int | float | Decimal)

_FORM: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_EXACT: Final = Context(prec=200)


def number_text(of: type[N], *, places: int | None = None, width: int | None = None) -> FieldCodec[N]:
    """
    Store an `int`, `float` or `Decimal` as text; equal numbers give equal text.

    `places` is the number of digits after the decimal point, for `Decimal`. `width` is the number of digits before the
    point, padded with zeros, for `int` and `Decimal`. With `width`, text sorts in numeric order, and negative numbers
    are refused. Without `width`, ordering comparisons are refused.

    Example:
        >>> number_text(Decimal, places=2, width=6).encode(Decimal("9.5"))
        '000009.50'

    """
    given: Any = of
    if given not in (int, float, Decimal):
        raise DefinitionError("number_text needs int, float or Decimal")
    if places is not None and (given is not Decimal or type(places) is not int or places < 1):
        raise DefinitionError("places= needs Decimal, and must be an int of at least 1")
    if width is not None and (given is float or type(width) is not int or width < 1):
        raise DefinitionError("width= needs int or Decimal, and must be an int of at least 1")
    codec: FieldCodec[N] = _codec(given, places, width)
    return codec


@cache
def _codec(of: Any, places: int | None, width: int | None) -> FieldCodec[Any]:
    def encode(value: Any) -> str:
        if type(value) is not of:
            raise UnstorableError(f"is not {of.__name__} itself")
        text = canonical(value)
        if places is not None or width is not None:
            text = _placed(Decimal(text), places, width)
        return text

    def decode(text: str) -> Any:
        if _FORM.fullmatch(text) is None:
            raise ValueError("is not a number")
        return of(text)

    return FieldCodec(
        stored_as=str,
        encode=encode,
        decode=decode,
        keeps_order=width is not None,
        rounded=None if places is None else _rounding(places),
    )


def _placed(value: Decimal, places: int | None, width: int | None) -> str:
    whole, _, fraction = f"{value:f}".partition(".")
    if places is not None and len(fraction) > places:
        raise UnstorableError(f"has more than {places} digits after its point; round it")
    if width is not None and (value < 0 or len(whole) > width):
        raise UnstorableError(f"is negative, or has more than {width} digits before its point")
    fraction = fraction.ljust(places or 0, "0")
    return f"{whole.zfill(width or 0)}.{fraction}" if fraction else whole.zfill(width or 0)


def _rounding(places: int) -> Callable[[Decimal, bool], Decimal]:
    step = Decimal((0, (1,), -places))

    def rounded(value: Decimal, up: bool) -> Decimal:  # noqa: FBT001  FieldCodec.rounded has a positional flag
        return value.quantize(step, ROUND_CEILING if up else ROUND_FLOOR, _EXACT)

    return rounded

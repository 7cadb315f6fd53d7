"""Codecs for dates in other formats than ISO 8601: as text, or as numbers such as 20260102."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.wire.json.numbers import UnstorableError

_PARTS: Final = {"%Y": ("year", 4), "%m": ("month", 2), "%d": ("day", 2)}
_SORTED: Final = ["%Y", "%m", "%d"]


def date_format(pattern: str, *, stored_as: type[str | int] = str) -> FieldCodec[date]:
    """
    Store a date as text, or with `stored_as=int` as a number.

    The pattern contains `%Y`, `%m` and `%d` once each. Text may have other characters in the pattern, a number may not.
    Ordering comparisons are allowed if the order is year, month, day.

    Example:
        >>> date_format("%Y%m%d").encode(date(2026, 1, 2))
        '20260102'

    """
    parts = re.findall("%.?", pattern)
    if sorted(parts) != sorted(_SORTED):
        raise DefinitionError("the pattern of date_format must contain %Y, %m and %d once each, and no other %")
    if stored_as not in (str, int):
        raise DefinitionError("stored_as= must be str or int")
    if stored_as is int and "".join(parts) != pattern:
        raise DefinitionError("with stored_as=int, the pattern of date_format must contain %Y, %m and %d only")
    stored_type: Any = stored_as
    return _codec(pattern, stored_type)


@cache
def _codec(pattern: str, stored_as: Any) -> FieldCodec[date]:
    places = re.findall("%.", pattern)
    form = re.compile("".join(_matching(piece) for piece in re.split("(%.)", pattern)))

    def encode(value: date) -> Any:
        if isinstance(value, datetime):
            raise UnstorableError("has a time of day, which the stored form does not contain")
        text = pattern
        for place in places:
            name, width = _PARTS[place]
            text = text.replace(place, f"{getattr(value, name):0{width}}")
        return stored_as(text)

    def decode(found: Any) -> date:
        match = form.fullmatch(found if stored_as is str else f"{found:08}")
        if match is None:
            raise ValueError("is not a date in this format")
        return date(**{name: int(text) for name, text in match.groupdict().items()})

    return FieldCodec(stored_as=stored_as, encode=encode, decode=decode, keeps_order=places == _SORTED)


def _matching(piece: str) -> str:
    if piece not in _PARTS:
        return re.escape(piece)
    name, width = _PARTS[piece]
    return f"(?P<{name}>[0-9]{{{width}}})"

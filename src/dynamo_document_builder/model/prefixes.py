"""
Keys of which only the leading parts are known.

`Query(key={"customer_id": "c1"})` wants what a builder such as `key("ORDER", o.placed_on, o.order_id)` begins with:
`ORDER#`. So the builder runs on stand-ins for the fields left open, and `key()` stops at the first of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from dynamo_document_builder.model.views import MissingFieldError

if TYPE_CHECKING:
    from dynamo_document_builder.schema.codec import Codec


class Gap:
    """
    Stands for a field that is left open; whoever wants its value learns that it is missing.

    Only `key()` knows it. Text made of it in any other way would look like a whole key.
    """

    __slots__ = ("_field",)

    def __init__(self, field: str) -> None:
        self._field = field

    def _refuse(self, *_: object) -> NoReturn:
        raise MissingFieldError(self._field)

    # `isinstance` looks here, so that a builder that asks for a type stops too.
    __class__ = property(_refuse)  # pyright: ignore[reportIncompatibleMethodOverride]
    __str__ = __repr__ = __format__ = __bytes__ = __bool__ = __len__ = __iter__ = __contains__ = __hash__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __call__ = __getattr__ = __getitem__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __neg__ = __abs__ = _refuse
    __int__ = __float__ = __index__ = __round__ = __floordiv__ = __truediv__ = _refuse


class KeyPrefix(Gap):
    """What `key()` gives where a part is left open: the text up to there."""

    __slots__ = ("text",)

    def __init__(self, text: str, field: str) -> None:
        super().__init__(field)
        self.text = text


def open_fields(codec: Codec[Any]) -> dict[str, Any]:
    """Return a stand-in for every field."""
    return {name: Gap(name) for name in codec.fields}


def is_gap(value: object) -> bool:
    """Tell a stand-in; `isinstance` cannot."""
    return type(value) is Gap


def first_gap(parts: tuple[Any, ...]) -> int:
    """Return the position of the first part left open."""
    return next(position for position, part in enumerate(parts) if is_gap(part))


def gap_field(gap: Any) -> str:
    """Return the field a stand-in is for."""
    name: str = object.__getattribute__(gap, "_field")
    return name

"""
Creates msgspec decoders, under a lock.

msgspec prepares a struct when the first decoder of the struct is created, without a lock. Two threads that prepare one
struct at the same time crash the process. So every decoder of this library is created here.
"""

from __future__ import annotations

from threading import RLock
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

_preparing: Final = RLock()
_decoders: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}


def new_decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    """Return a new decoder of a type; the caller should cache it."""
    with _preparing:
        return msgspec.json.Decoder(shape)


def decode(body: bytes, shape: type[T]) -> T:
    """Read a body as a type, with one cached decoder per type; raises `msgspec.DecodeError`."""
    decoder = _decoders.get(shape)
    if decoder is None:
        decoder = _decoders[shape] = new_decoder(shape)
    try:
        decoded: T = decoder.decode(body)
    except RecursionError:
        raise msgspec.DecodeError("it is nested too deeply") from None
    return decoded

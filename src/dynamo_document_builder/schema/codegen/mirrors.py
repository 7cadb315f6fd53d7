"""Mirrors: msgspec structs in the shape of DynamoDB JSON, which it reads straight from bytes and checks on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_MIRRORS: Final[dict[tuple[Any, ...], type[msgspec.Struct]]] = {}
_FIRST_PLAIN: Final = " "
"""The first character that stands for itself in JSON text."""


def mirror_of(mirror_types: Mapping[str, Any]) -> type[msgspec.Struct]:
    """
    Return the struct that mirrors `{tag: value}`, with the type of the value under each tag it can have.

    Of several tags each may be missing, and the code that reads such a struct must look which one is there.
    """
    key = tuple(mirror_types.items())
    if key not in _MIRRORS:
        alone = len(mirror_types) == 1
        members: list[Any] = [
            (name, of) if alone else (name, of | UnsetType, UNSET) for name, of in mirror_types.items()
        ]
        _MIRRORS[key] = msgspec.defstruct(f"Stored{'Or'.join(mirror_types)}", members, gc=False, frozen=True)
    return _MIRRORS[key]


class Member(Struct, frozen=True):
    """One named value in a map: its name, its mirror, and whether it must be there."""

    attribute: str
    mirror: Any
    required: bool


class Members(Struct, frozen=True):
    """How named values are read: the struct's fields are called `f0`, `f1`, ..., whatever the names."""

    mirror: Any
    """What msgspec reads."""
    unpack: Callable[[Any], Any] | None
    """Makes the struct of what msgspec read, where that is not the struct itself."""

    @classmethod
    def of(cls, title: str, members: Iterable[Member], *, rest: bool = False) -> Members:
        """Make the struct of some named values; with *rest*, msgspec reads the others too, and leaves them as text."""
        members = tuple(members)
        fields: list[Any] = [
            (f"f{index}", member.mirror) if member.required else (f"f{index}", member.mirror | UnsetType, UNSET)
            for index, member in enumerate(members)
        ]
        plain = all(map(is_plain, (member.attribute for member in members)))
        names = {f"f{index}": member.attribute for index, member in enumerate(members)} if plain else None
        struct = msgspec.defstruct(f"Stored{title}", fields, rename=names, kw_only=True, gc=False)
        if plain and not rest:
            return cls(struct, None)
        # msgspec takes no name that JSON writes with an escape, so that these are looked up one by one.
        decoders = [
            (f"f{index}", member.attribute, new_decoder(member.mirror).decode) for index, member in enumerate(members)
        ]

        def unpack(raws: dict[str, Raw]) -> msgspec.Struct:
            return struct(**{name: decode(raws[stored]) for name, stored, decode in decoders if stored in raws})

        return cls(dict[str, Raw], unpack)


def is_plain(name: str) -> bool:
    """Whether msgspec takes it for the name of a field."""
    return not any(character in '"\\' or character < _FIRST_PLAIN for character in name)

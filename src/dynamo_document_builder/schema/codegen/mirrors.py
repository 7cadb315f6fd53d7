"""Mirrors: msgspec structs in the shape of DynamoDB JSON, so that msgspec reads and checks the bytes of a response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_MIRRORS: Final[dict[tuple[Any, ...], type[msgspec.Struct]]] = {}
_FIRST_PLAIN: Final = " "
"""The first character that JSON text contains unescaped."""


def mirror_of(mirror_types: Mapping[str, Any]) -> type[msgspec.Struct]:
    """
    Return the struct for `{wire type: value}`, with the type of the value for each wire type.

    With several wire types, each member may be missing: the code that reads the struct must check which one is there.
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
    """One member of a map: its attribute name, its mirror, and if it is required."""

    attribute: str
    mirror: Any
    required: bool


class Members(Struct, frozen=True):
    """The mirror of the members of a map; the fields of the struct are always named `f0`, `f1`, ..."""

    mirror: Any
    """The type that msgspec reads."""
    unpack: Callable[[Any], Any] | None
    """Makes the struct from what msgspec has read; `None` if msgspec reads the struct itself."""

    @classmethod
    def of(cls, title: str, members: Iterable[Member], *, rest: bool = False) -> Members:
        """Make the mirror of some members; with *rest*, msgspec also reads all other members, as raw JSON."""
        members = tuple(members)
        fields: list[Any] = [
            (f"f{index}", member.mirror) if member.required else (f"f{index}", member.mirror | UnsetType, UNSET)
            for index, member in enumerate(members)
        ]
        plain = all(map(needs_no_escape, (member.attribute for member in members)))
        names = {f"f{index}": member.attribute for index, member in enumerate(members)} if plain else None
        struct = msgspec.defstruct(f"Stored{title}", fields, rename=names, kw_only=True, gc=False)
        if plain and not rest:
            return cls(struct, None)
        # msgspec cannot read a name that JSON escapes, so the members are read from a dictionary.
        decoders = [
            (f"f{index}", member.attribute, new_decoder(member.mirror).decode) for index, member in enumerate(members)
        ]

        def unpack(raws: dict[str, Raw]) -> msgspec.Struct:
            return struct(**{name: decode(raws[stored]) for name, stored, decode in decoders if stored in raws})

        return cls(dict[str, Raw], unpack)


def needs_no_escape(name: str) -> bool:
    """Return True if msgspec can read a field with this name."""
    return not any(character in '"\\' or character < _FIRST_PLAIN for character in name)

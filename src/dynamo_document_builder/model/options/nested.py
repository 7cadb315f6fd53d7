"""A command that is a part of another one: which of its options have an effect there, and which are refused."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from attrs import fields
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def ineffective(command: Any, place: str, whole: str) -> Sequence[str]:
    """
    Return a finding for each option that was given to a command and has no effect where the command is.

    *place* is where that is, as in "in a group"; *whole* is what the command is a part of, as in "the TableBatchGet".
    """
    if not command.__may_have_options__:
        return ()
    alone = _alone(command.__class__)
    if alone.given(command) == alone.defaults:
        return ()
    instead = f"give it to {whole}"
    return [
        f"{name}= has no effect {place}; {_INSTEAD.get((alone.kind, name)) or _INSTEAD.get(name, instead)}"
        for name, default in zip(alone.names, alone.defaults, strict=True)
        if getattr(command, name) != default
    ]


_INSTEAD: Final[dict[object, str]] = {
    "return_values": "DynamoDB returns no items from one: read them afterwards",
    ("Delete", "skip_validation"): "deleting an item validates nothing: leave it out",
}


class _Alone(Struct, frozen=True):
    """The options of a class of commands that have an effect only where the command is sent on its own."""

    kind: str
    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    given: Callable[[Any], tuple[Any, ...]]


_known: Final[dict[type[Any], _Alone]] = {}


def _alone(cls: type[Any]) -> _Alone:
    alone = _known.get(cls)
    if alone is None:
        infos = [one for one in fields(cls) if one.init and one.kw_only and one.name not in cls.__count_in_groups__]
        names = tuple(one.name for one in infos)
        alone = _known[cls] = _Alone(cls.__name__, names, tuple(one.default for one in infos), attrgetter(*names))
    return alone

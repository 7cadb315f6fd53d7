"""The options of a command inside another command: the library refuses options that would have no effect."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from attrs import fields
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def ineffective_options(command: Any, place: str, whole: str) -> Sequence[str]:
    """
    Return a finding for each option that is set on a nested command and has no effect there.

    *place* describes the position, such as "in a group". *whole* is the outer command, such as "the TableBatchGet".
    """
    if not command.__may_have_options__:
        return ()
    alone = _standalone_options(command.__class__)
    if alone.values(command) == alone.defaults:
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


class _StandaloneOptions(Struct, frozen=True):
    """The options of a command class that have an effect only if the command is sent alone."""

    kind: str
    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    values: Callable[[Any], tuple[Any, ...]]


_known: Final[dict[type[Any], _StandaloneOptions]] = {}


def _standalone_options(cls: type[Any]) -> _StandaloneOptions:
    alone = _known.get(cls)
    if alone is None:
        infos = [one for one in fields(cls) if one.init and one.kw_only and one.name not in cls.__options_in_groups__]
        names = tuple(one.name for one in infos)
        defaults = tuple(one.default for one in infos)
        alone = _known[cls] = _StandaloneOptions(cls.__name__, names, defaults, attrgetter(*names))
    return alone

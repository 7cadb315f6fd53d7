"""
Answers whose items are all read alike, as those of one entity are: in one pass over the bytes, keys included.

Item by item, each is looked at three times: where it ends, which one it is, and what is in it. That way has the words
for what does not fit, so whatever goes wrong here is left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw, Struct

from dynamo_document_builder.model.commands.results import ConsumedCapacity
from dynamo_document_builder.model.keys.stored_keys import with_key_attributes
from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.model.reading.projections import ItemReader
    from dynamo_document_builder.schema.items.item_codec import ReadSteps


class Unread(Struct, rename="pascal"):
    """The keys that were left unread, of one table."""

    keys: list[Raw]


class Alike(Struct, frozen=True):
    """What an answer holds."""

    found: dict[str, tuple[list[str], list[Any]]]
    """By the name of the table, the keys that were found, and their items."""
    unprocessed_keys: dict[str, Unread]
    consumed_capacity: tuple[ConsumedCapacity, ...]


class _Reading(Struct, frozen=True):
    parse: Callable[[bytes], Any]
    key_of: Callable[[Any], str]


_readings: Final[dict[tuple[Any, tuple[str, ...]], _Reading | None]] = {}
"""By what msgspec reads an item as, of which there is one for each schema, and the key attributes."""


def read_alike(body: bytes, reader: ItemReader[Any], key_names: tuple[str, ...]) -> Alike | None:
    """Return what an answer holds; `None` where it has to be read one by one."""
    steps = reader.steps
    reading = None if steps is None else _reading_of(steps, key_names)
    if steps is None or reading is None:
        return None
    make, key_of, own = steps.make, reading.key_of, reader.own
    try:
        output = reading.parse(body)
        found = {
            table: ([key_of(one) for one in items], [make(one) for one in items])
            for table, items in output.responses.items()
        }
    except Exception:  # noqa: BLE001  a class that is made of what came may raise anything to refuse
        return None
    if own is not None:
        is_own = own.is_own
        for table, items in output.responses.items():
            if not all(map(is_own, found[table][1], items)):
                return None
    return Alike(found, output.unprocessed_keys, output.consumed_capacity)


def _reading_of(steps: ReadSteps, key_names: tuple[str, ...]) -> _Reading | None:
    known = steps.mirror, key_names
    if known not in _readings:
        _readings[known] = _made(*known)
    return _readings[known]


def _made(mirror: Any, key_names: tuple[str, ...]) -> _Reading | None:
    both = with_key_attributes(mirror, key_names)
    if both is None:
        return None
    items: Any = list.__class_getitem__(both.struct)
    fields: list[Any] = [
        ("responses", dict.__class_getitem__((str, items)), msgspec.field(default_factory=dict)),
        ("unprocessed_keys", dict[str, Unread], msgspec.field(default_factory=dict)),
        ("consumed_capacity", tuple[ConsumedCapacity, ...], ()),
    ]
    return _Reading(new_decoder(msgspec.defstruct("Output", fields, rename="pascal")).decode, both.key_of)

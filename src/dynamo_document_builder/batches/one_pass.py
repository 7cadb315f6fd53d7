"""
Decode an answer whose items all have the same class, in one pass over the bytes, keys included.

`reads` decodes item by item, and parses each item three times: to find its end, its key and its fields. If anything
unusual happens here, the answer is decoded again by `reads`, which has the error messages.
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
    """The unprocessed keys of one table."""

    keys: list[Raw]


class BatchAnswer(Struct, frozen=True):
    """A decoded answer."""

    found: dict[str, tuple[list[str], list[Any]]]
    """The keys that were found and their items, by the name of the table."""
    unprocessed_keys: dict[str, Unread]
    consumed_capacity: tuple[ConsumedCapacity, ...]


class _Decoding(Struct, frozen=True):
    parse: Callable[[bytes], Any]
    key_of: Callable[[Any], str]


_decodings: Final[dict[tuple[Any, tuple[str, ...]], _Decoding | None]] = {}
"""The decoders, by the struct that msgspec decodes an item as (each schema has one) and the key attributes."""


def decode_in_one_pass(body: bytes, reader: ItemReader[Any], key_names: tuple[str, ...]) -> BatchAnswer | None:
    """Return a decoded answer; `None` if its items must be decoded one by one."""
    steps = reader.steps
    decoding = None if steps is None else _decoding_of(steps, key_names)
    if steps is None or decoding is None:
        return None
    make, key_of, own = steps.make, decoding.key_of, reader.own
    try:
        output = decoding.parse(body)
        found = {
            table: ([key_of(one) for one in items], [make(one) for one in items])
            for table, items in output.responses.items()
        }
    except Exception:  # noqa: BLE001  a class may raise any error for values that it refuses
        return None
    if own is not None:
        is_own = own.is_own
        for table, items in output.responses.items():
            if not all(map(is_own, found[table][1], items)):
                return None
    return BatchAnswer(found, output.unprocessed_keys, output.consumed_capacity)


def _decoding_of(steps: ReadSteps, key_names: tuple[str, ...]) -> _Decoding | None:
    known = steps.mirror, key_names
    if known not in _decodings:
        _decodings[known] = _new_decoding(*known)
    return _decodings[known]


def _new_decoding(mirror: Any, key_names: tuple[str, ...]) -> _Decoding | None:
    both = with_key_attributes(mirror, key_names)
    if both is None:
        return None
    items: Any = list.__class_getitem__(both.struct)
    fields: list[Any] = [
        ("responses", dict.__class_getitem__((str, items)), msgspec.field(default_factory=dict)),
        ("unprocessed_keys", dict[str, Unread], msgspec.field(default_factory=dict)),
        ("consumed_capacity", tuple[ConsumedCapacity, ...], ()),
    ]
    return _Decoding(new_decoder(msgspec.defstruct("Output", fields, rename="pascal")).decode, both.key_of)

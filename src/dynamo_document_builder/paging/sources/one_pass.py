"""
Decode a page whose items all fit the schema and have their own keys, in one pass over the bytes.

Nearly every page is like that. If anything is unusual, `paging.flow` decodes the page item by item: it has the error
messages and skips items of other entities, but parses each item twice. One pass saves a fifth of the instructions of a
query for 1000 items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Raw, UnsetType, defstruct

from dynamo_document_builder.model.commands.results import ConsumedCapacity
from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.model.reading.projections import ItemReader

_readers: Final[dict[Any, Callable[[bytes], Any]]] = {}
"""The decoders, by the struct that msgspec decodes an item as; each schema has one."""


def decode_in_one_pass(reader: ItemReader[Any], body: bytes) -> tuple[Any, list[Any]] | None:
    """Return a decoded page and its items; `None` if they must be decoded one by one."""
    if reader.steps is None:
        return None
    make, own = reader.steps.make, reader.own
    try:
        output = _reader_of(reader.steps.mirror if own is None else own.mirror.struct)(body)
        items = [make(stored) for stored in output.items]
        if own is not None and not all(map(own.is_own, items, output.items)):
            return None
    except Exception:  # noqa: BLE001  a class may raise any error for values that it refuses
        return None
    return output, items


def _reader_of(mirror: Any) -> Callable[[bytes], Any]:
    read = _readers.get(mirror)
    if read is None:
        fields: list[Any] = [
            ("items", list.__class_getitem__(mirror), []),
            ("scanned_count", int, 0),
            ("last_evaluated_key", Raw | UnsetType, UNSET),
            ("consumed_capacity", ConsumedCapacity | None, None),
        ]
        read = _readers[mirror] = new_decoder(defstruct("Output", fields, rename="pascal")).decode
    return read

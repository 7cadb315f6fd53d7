"""
Answers whose items are all read alike, as those of one entity are: in one pass over the bytes.

Item by item, as `read` does it, each is looked at twice: where it ends, and then what is in it. That way has the words
for what does not fit, so whatever goes wrong here is left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType, defstruct

from dynamo_document_builder.model.commands.results import ConsumedCapacity
from dynamo_document_builder.transactions.read_slots import GetSlot, GetSlots
from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.model.keys.identity import KeyCheck


_readers: Final[dict[Any, Callable[[bytes], Any]]] = {}
"""By what msgspec reads an item as, of which there is one for each schema."""


def read_alike(body: bytes, slots: Sequence[GetSlot]) -> tuple[list[Any], tuple[ConsumedCapacity, ...]] | None:
    """Return the items and the capacity of an answer; `None` where they have to be read one by one."""
    reader = slots.reader if isinstance(slots, GetSlots) else None
    if reader is None or reader.steps is None:
        return None
    make, own = reader.steps.make, reader.own
    mirror = reader.steps.mirror if own is None else own.mirror.struct
    try:
        output = _reader_of(mirror)(body)
        stored = [found.item for found in output.responses]
        items = [None if one is UNSET else make(one) for one in stored]
        if own is not None and not _are_own(own, items, stored):
            return None
    except Exception:  # noqa: BLE001  a class that is made of what came may raise anything to refuse
        return None
    return items, output.consumed_capacity


def _are_own(own: KeyCheck, items: Sequence[Any], stored: Sequence[Any]) -> bool:
    """Tell whether each item lies under the key that its fields build."""
    is_own = own.is_own
    return all(one is UNSET or is_own(item, one) for item, one in zip(items, stored, strict=True))


def _reader_of(mirror: Any) -> Callable[[bytes], Any]:
    read = _readers.get(mirror)
    if read is None:
        found: Any = defstruct("Found", [("item", mirror | UnsetType, UNSET)], rename="pascal", gc=False)
        responses: Any = list.__class_getitem__(found)
        fields: list[Any] = [("responses", responses, []), ("consumed_capacity", tuple[ConsumedCapacity, ...], ())]
        read = _readers[mirror] = new_decoder(defstruct("Output", fields, rename="pascal")).decode
    return read

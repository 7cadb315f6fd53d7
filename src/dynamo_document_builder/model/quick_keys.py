"""
The usual key, written at once: of short ASCII text, as nearly all are.

Every operation has a key, so its price is paid a hundred times in a large transaction. What is unusual in any way gives
`None` here, and is left to `EntityModel`, which does the same with every check and says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from dynamo_document_builder.model.views import view_class
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.model.key_parts import KeyPart
    from dynamo_document_builder.schema.codec import Codec

    Write: TypeAlias = Callable[[Any], str | None]


class QuickKeys(Struct, frozen=True):
    """Both ways to a key: from an item, and from the fields that it is built of."""

    of_item: Write
    of_fields: Write


def quick_keys(codec: Codec[Any], parts: tuple[KeyPart, ...]) -> QuickKeys:
    """Return what writes the keys of an entity."""
    if not all(_is_text(codec, part) for part in parts):
        return QuickKeys(_nothing, _nothing)
    of_item = _of_two(*parts) if len(parts) > 1 else _of_one(*parts)
    return QuickKeys(of_item, _nothing if codec.tag is not None else _of_fields(codec, of_item))


def _is_text(codec: Codec[Any], part: KeyPart) -> bool:
    return part.field is None or codec.fields[part.field].kind.plain is str


def _nothing(_: object) -> None:
    return None


def _of_one(part: KeyPart) -> Write:
    build, limit, opening = part.build, part.limit, f'{{{part.quoted}:{{"S":'

    def write(item: Any) -> str | None:
        try:
            value = build(item)
        except Exception:  # noqa: BLE001  it is built again where it is said what is wrong
            return None
        if type(value) is str and value.isascii() and 0 < len(value) <= limit:
            return f"{opening}{quote(value)}}}}}"
        return None

    return write


def _of_two(partition: KeyPart, sort: KeyPart) -> Write:
    build, limit, opening = partition.build, partition.limit, f'{{{partition.quoted}:{{"S":'
    build_sort, sort_limit, between = sort.build, sort.limit, f'}},{sort.quoted}:{{"S":'

    def write(item: Any) -> str | None:
        try:
            value, sort_value = build(item), build_sort(item)
        except Exception:  # noqa: BLE001  both are built again where it is said what is wrong
            return None
        if (
            type(value) is str
            and type(sort_value) is str
            and value.isascii()
            and sort_value.isascii()
            and 0 < len(value) <= limit
            and 0 < len(sort_value) <= sort_limit
        ):
            return f"{opening}{quote(value)}{between}{quote(sort_value)}}}}}"
        return None

    return write


def _of_fields(codec: Codec[Any], of_item: Write) -> Write:
    plain = {name: info.kind.plain for name, info in codec.fields.items() if info.kind.plain is not None}
    kind = plain.get
    view = view_class(codec)

    def write(given: Mapping[str, Any]) -> str | None:
        for name, value in given.items():
            if type(value) is not kind(name):
                return None
        return of_item(view(**given))

    return write

"""Writing and reading values of one annotation, for the tests of the codec."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.registry import codec_of


def class_with(annotation: Any, **options: Any) -> type[Any]:
    """Make an attrs class with one field, `value`."""
    return attrs.make_class("Thing", {"value": attrs.field(type=annotation, **options)}, frozen=True)


def written(item: Any, *, trusted: bool = False) -> dict[str, Any]:
    """Return the attributes of an item as DynamoDB JSON, parsed."""
    codec = codec_of(type(item))
    text = codec.encode_trusted(item) if trusted else codec.encode(item)
    members: dict[str, Any] = json.loads(f"{{{text}}}")
    return members


def read(cls: type[Any], stored: object, *, trusted: bool = False) -> Any:
    """Return the item that some attributes are."""
    codec = codec_of(cls)
    raw = json.dumps(stored).encode()
    return codec.decode_trusted(raw) if trusted else codec.decode(raw)


def refused(item: Any) -> list[str]:
    """Return what the codec says of an item it does not write."""
    with pytest.raises(MisfitError) as caught:
        codec_of(type(item)).encode(item)
    return [str(failure) for failure in caught.value.failures]


def unreadable(cls: type[Any], stored: object) -> list[str]:
    """Return what the codec says of attributes it does not read."""
    with pytest.raises(MisfitError) as caught:
        read(cls, stored)
    return [str(failure) for failure in caught.value.failures]

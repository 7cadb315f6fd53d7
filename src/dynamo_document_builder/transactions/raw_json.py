"""Reading and writing the DynamoDB JSON that people wrote themselves."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.writing.operation import Operation
from dynamo_document_builder.wire.json.untyped import untyped_item, untyped_text, untyped_value

if TYPE_CHECKING:
    from collections.abc import Mapping


def raw_operation(kind: str, table: str, members: Mapping[str, Any], key: Mapping[str, Any] | None) -> Operation:
    """Return a raw operation as it is sent, with the key that tells it from others."""
    key_text = "" if key is None else _key_text(key)
    if "Item" not in members:
        return Operation(kind, table, key_text, _text(members)[1:-1])
    rest = {name: value for name, value in members.items() if name != "Item"}
    return Operation(kind, table, key_text, f'{_text(rest)[1:-1]},"Item":', _text(members["Item"]))


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_as_text)


def shown(key: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a key as Python values, as far as it is DynamoDB JSON."""
    try:
        return None if key is None else untyped_item(_plain(key))
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _key_text(key: Mapping[str, Any]) -> str:
    try:
        # Through Python values and back, so that numbers that are equal are equal text: 1, "1.0", "1e0".
        plain = {name: untyped_text(untyped_value(value)) for name, value in _plain(key).items()}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UsageError("its key is not DynamoDB JSON: write {'PK': {'S': 'USER#u1'}}") from error
    return "{" + ",".join(f"{json.dumps(name)}:{plain[name]}" for name in plain) + "}"


def _plain(key: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(key, default=_as_text))
    return plain


def _as_text(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise UsageError(f"Raw takes DynamoDB JSON, in which {type(value).__name__} has no place")

"""Raw: a ready operation in DynamoDB JSON, for a table without an entity."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.operation import Operation
from dynamo_document_builder.wire.natural import natural_item, natural_text, natural_value

KINDS: Final = ("Put", "Update", "Delete", "ConditionCheck")


def _checked(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds = tuple(operation)
    if len(kinds) != 1 or kinds[0] not in KINDS or not isinstance(operation[kinds[0]], Mapping):
        raise UsageError(f"Raw takes one operation, as in {{'Delete': {{...}}}}: one of {', '.join(KINDS)}")
    members = operation[kinds[0]]
    if not isinstance(members.get("TableName"), str):
        raise UsageError(f"Raw({kinds[0]!r}) needs a 'TableName'")
    return deepcopy(operation)


@frozen
class Raw:
    """
    A ready operation in DynamoDB JSON, among the `transactions` of a `TableTransactWrite`.

    It is sent as it is: nothing is checked but the limits of the transaction. Bytes may be given as bytes.

    Example:
        >>> Raw({"Delete": {"TableName": "app", "Key": {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}}}).table
        'app'

    """

    operation: Mapping[str, Any] = field(converter=_checked, repr=False)
    label: str | None = field(default=None, kw_only=True)
    """A name for this operation, to find its reason by when the transaction is cancelled."""

    @property
    def kind(self) -> str:
        return next(iter(self.operation))

    @property
    def table(self) -> str:
        name: str = self.operation[self.kind]["TableName"]
        return name

    def transact_operation(self, key_names: Iterable[str] | None) -> Operation:
        """Return it as one operation; *key_names*, where they are known, tell what of a put's item is its key."""
        members = self.operation[self.kind]
        text = json.dumps(members, separators=(",", ":"), ensure_ascii=False, default=_as_text)
        item = json.dumps(members["Item"], default=_as_text) if "Item" in members else None
        return Operation(self.kind, self.table, self._key_text(key_names), text[1:-1], item)

    def shown_key(self, key_names: Iterable[str] | None) -> Mapping[str, Any] | None:
        """Return the key as Python values, for texts; `None` for a put into an unknown table."""
        key = self._key(key_names)
        return None if key is None else natural_item(key)

    def _key(self, key_names: Iterable[str] | None) -> Mapping[str, Any] | None:
        members = self.operation[self.kind]
        if "Key" in members:
            key: Mapping[str, Any] = members["Key"]
            return key
        item = members.get("Item", {})
        return None if key_names is None else {name: item[name] for name in key_names if name in item}

    def _key_text(self, key_names: Iterable[str] | None) -> str:
        key = self._key(key_names)
        if key is None:
            return ""
        # Through Python values and back, so that numbers that are equal are equal text: 1, "1.0", "1e0".
        return "{" + ",".join(f"{json.dumps(name)}:{natural_text(natural_value(key[name]))}" for name in key) + "}"


def _as_text(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise UsageError(f"Raw takes DynamoDB JSON, in which {type(value).__name__} has no place")

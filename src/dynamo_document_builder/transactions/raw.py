"""Raw: an operation in DynamoDB JSON, for a table without an entity."""

from __future__ import annotations

import json
from base64 import b64encode
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen
from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.names import TABLE_NAME, is_table
from dynamo_document_builder.model.writing.operation import Operation
from dynamo_document_builder.wire.json.untyped import untyped_item, untyped_text, untyped_value
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS: Final = ("Put", "Update", "Delete", "ConditionCheck")


def _checked(operation: Any) -> Mapping[str, Any]:
    kinds = tuple(operation) if is_mapping(operation) else ()
    if len(kinds) != 1 or kinds[0] not in KINDS or not is_mapping(operation[kinds[0]]):
        raise UsageError(f"Raw takes one operation, as in {{'Delete': {{...}}}}: one of {', '.join(KINDS)}")
    members = operation[kinds[0]]
    if not is_table(members.get("TableName")):
        raise UsageError(f"Raw({kinds[0]!r}) needs a 'TableName': {TABLE_NAME}")
    copied: Mapping[str, Any] = deepcopy(operation)
    return copied


@explain_unknown_options
@frozen(repr=False)
class Raw:
    """
    An operation in DynamoDB JSON, as one of the `transactions` of a `TableTransactWrite`.

    The library sends it unchanged. It only checks the limits of the transaction, and that no two operations are about
    the same item. For that, the item of a `Put` needs the key attributes of its table. The library takes them from the
    `Table` that sends the transaction, from a prepared group, or from another `Raw` with a `Key`. You can give binary
    values as bytes.

    Example:
        >>> Raw({"Delete": {"TableName": "app", "Key": {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}}}).table
        'app'

    """

    operation: Mapping[str, Any] = field(converter=_checked, hash=False)
    """One operation in DynamoDB JSON: `{"Put": {...}}`, `{"Update": {...}}`, ..."""
    label: str | None = field(default=None, kw_only=True)
    """A name for this operation, by which you can find its reason if the transaction is cancelled."""

    def __repr__(self) -> str:
        """Return the kind, the table and the key as text, without items and expression values."""
        key = self.operation[self.kind].get("Key")
        of_key = "" if key is None else f", key {key!r}"
        label = "" if self.label is None else f", label={self.label!r}"
        return f"Raw(<{self.kind} in table {self.table!r}{of_key}>{label})"

    @property
    def kind(self) -> str:
        """The kind of operation: `Put`, `Update`, `Delete` or `ConditionCheck`."""
        return next(iter(self.operation))

    @property
    def table(self) -> str:
        """The name of the table."""
        name: str = self.operation[self.kind]["TableName"]
        return name


class RawSlot(Struct, frozen=True, eq=False):
    """One raw operation, in its place."""

    command: Raw
    key_names: tuple[str, ...] | None
    entity: None = None

    @property
    def name(self) -> str:
        return f"Raw {self.command.kind}"

    @property
    def label(self) -> str | None:
        return self.command.label

    @property
    def key(self) -> Mapping[str, Any] | None:
        return shown_key(self.command, self.key_names)

    def operation(self) -> Operation:
        return raw_operation(self.command, self.key_names)

    def target(self) -> tuple[str, str]:
        return self.command.table, ""


def raw_operation(raw: Raw, key_names: Iterable[str] | None) -> Operation:
    """Return the operation to send; *key_names* are the key attributes of its table, if they are known."""
    members, key = raw.operation[raw.kind], _key(raw, key_names)
    key_text = "" if key is None else _key_text(key)
    if "Item" not in members:
        return Operation(raw.kind, raw.table, key_text, _text(members)[1:-1])
    others = {name: value for name, value in members.items() if name != "Item"}
    return Operation(raw.kind, raw.table, key_text, f'{_text(others)[1:-1]},"Item":', _text(members["Item"]))


def shown_key(raw: Raw, key_names: Iterable[str] | None) -> Mapping[str, Any] | None:
    """Return the key as Python values, for messages; `None` if it is unknown or not DynamoDB JSON."""
    key = _key(raw, key_names)
    try:
        return None if key is None else untyped_item(_plain(key))
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def own_key_names(raw: Raw) -> tuple[str, ...] | None:
    """Return the key attributes that the operation itself contains; `None` for a `Put`."""
    key = raw.operation[raw.kind].get("Key")
    return tuple(_in_order(key, None)) if is_mapping(key) else None


def _key(raw: Raw, key_names: Iterable[str] | None) -> Mapping[str, Any] | None:
    """Return the key in DynamoDB JSON; `None` for a `Put` whose key attributes are unknown or missing."""
    members = raw.operation[raw.kind]
    if "Key" in members:
        key: Mapping[str, Any] = members["Key"]
        return {name: key[name] for name in _in_order(key, key_names)}
    item = members.get("Item", {})
    if key_names is None or not is_mapping(item) or not item.keys() >= set(key_names):
        return None
    return {name: item[name] for name in key_names}


def _in_order(key: Any, key_names: Iterable[str] | None) -> list[str]:
    # Equal keys must have equal texts, so a key has the order of the table's key attributes.
    order = {name: position for position, name in enumerate(key_names or ())}
    return sorted(key, key=lambda name: (order.get(name, len(order)), str(name)))


def _key_text(key: Mapping[str, Any]) -> str:
    try:
        # Decode and encode the values, so that equal numbers have equal texts: 1, "1.0", "1e0".
        plain = {name: untyped_text(untyped_value(value)) for name, value in _plain(key).items()}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UsageError("its key is not DynamoDB JSON: write {'PK': {'S': 'USER#u1'}}") from error
    return "{" + ",".join(f"{json.dumps(name)}:{plain[name]}" for name in plain) + "}"


def _plain(key: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(key, default=_as_text))
    return plain


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise UsageError(f"Raw takes DynamoDB JSON, which cannot contain a {type(value).__name__}")

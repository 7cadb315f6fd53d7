"""Raw: a ready operation in DynamoDB JSON, for a table without an entity."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.names import TABLE_NAME, is_table
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.writing.operation import Operation

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


def _in_order(key: Any, key_names: Iterable[str] | None) -> list[str]:
    # Equal keys are to be equal text, so one written the other way round is put in the table's order.
    order = {name: position for position, name in enumerate(key_names or ())}
    return sorted(key, key=lambda name: (order.get(name, len(order)), str(name)))


@explain_unknown_options
@frozen(repr=False)
class Raw:
    """
    A ready operation in DynamoDB JSON, among the `transactions` of a `TableTransactWrite`.

    It is sent as it is: nothing is checked but the limits of the transaction, and that no other operation is about the
    same item. The item of a `Put` can be compared where the keys of its table are known: from the table it is sent to,
    from a prepared group, or from another `Raw` that has a `Key`. Bytes may be given as bytes.

    Example:
        >>> Raw({"Delete": {"TableName": "app", "Key": {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}}}).table
        'app'

    """

    operation: Mapping[str, Any] = field(converter=_checked, hash=False)
    """One operation in DynamoDB JSON: `{"Put": {...}}`, `{"Update": {...}}`, ..."""
    label: str | None = field(default=None, kw_only=True)
    """A name for this operation, to find its reason by when the transaction is cancelled."""

    def __repr__(self) -> str:
        """Show what it does to which table and key, without an item and without the values of an expression."""
        key = self.operation[self.kind].get("Key")
        of_key = "" if key is None else f", key {key!r}"
        label = "" if self.label is None else f", label={self.label!r}"
        return f"Raw(<{self.kind} in table {self.table!r}{of_key}>{label})"

    @property
    def kind(self) -> str:
        """What it does: `Put`, `Update`, `Delete` or `ConditionCheck`."""
        return next(iter(self.operation))

    @property
    def table(self) -> str:
        """The table it names."""
        name: str = self.operation[self.kind]["TableName"]
        return name

    def key(self, key_names: Iterable[str] | None) -> Mapping[str, Any] | None:
        """
        Return its key in DynamoDB JSON; *key_names*, where they are known, tell what of a put's item that is.

        `None` where they are not known, or where the item has none of such a name.
        """
        members = self.operation[self.kind]
        if "Key" in members:
            key: Mapping[str, Any] = members["Key"]
            return {name: key[name] for name in _in_order(key, key_names)}
        item = members.get("Item", {})
        if key_names is None or not is_mapping(item) or not item.keys() >= set(key_names):
            return None
        return {name: item[name] for name in key_names}

    @property
    def key_names(self) -> tuple[str, ...] | None:
        """The attributes of its key, as far as it says itself what they are: a put does not."""
        key = self.operation[self.kind].get("Key")
        return tuple(_in_order(key, None)) if is_mapping(key) else None

    def __transact_operation__(self, key_names: Iterable[str] | None) -> Operation:
        """Return it as one operation."""
        from dynamo_document_builder.transactions.raw_json import raw_operation  # noqa: PLC0415  few programs use Raw

        return raw_operation(self.kind, self.table, self.operation[self.kind], self.key(key_names))

    def shown_key(self, key_names: Iterable[str] | None) -> Mapping[str, Any] | None:
        """Return the key as Python values, for texts; `None` for a put into an unknown table."""
        from dynamo_document_builder.transactions.raw_json import shown  # noqa: PLC0415  few programs use Raw

        return shown(self.key(key_names))

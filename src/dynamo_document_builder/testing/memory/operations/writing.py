"""
One write of one item, in two steps: check it and compute the new item, then store the new item.

A transaction takes the first step for all writes before it takes the second step for any write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import evolve, frozen

from dynamo_document_builder.testing.memory.evaluating.conditions import holds
from dynamo_document_builder.testing.memory.evaluating.updating import changed_parts, updated
from dynamo_document_builder.testing.memory.language import Language
from dynamo_document_builder.testing.memory.refused import RefusedError, invalid, invalid_item, invalid_item_values
from dynamo_document_builder.testing.memory.storage.values import canonical_item
from dynamo_document_builder.wire.json.sizes import MAX_ITEM_BYTES, item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.testing.memory.members import Members
    from dynamo_document_builder.testing.memory.storage.store import Ordered
    from dynamo_document_builder.testing.memory.storage.tables import Key, Table, Written
    from dynamo_document_builder.testing.memory.storage.values import Item

CONDITION_FAILED: Final = "ConditionalCheckFailedException"


@frozen
class Write:
    """One write: its table, key and condition, and the change of the item."""

    table: Table
    key: Key
    condition: Condition | None
    becomes: Callable[[Item | None], Item | None]
    """Returns the new item for the stored item, or refuses the write. `None`: no item."""
    changes: Sequence[Change] = ()
    returns_old_on_failure: bool = False
    only_checks: bool = False

    def check(self) -> Item | None:
        """Return the stored item if the condition holds, or refuse the write."""
        found = self.table.get(self.key)
        if self.condition is not None and not holds(self.condition, found):
            more = {"Item": found} if self.returns_old_on_failure and found is not None else {}
            raise RefusedError(CONDITION_FAILED, "The conditional request failed", more, of_item=True)
        return found

    def new_item(self) -> Item | None:
        """Return the new item, or refuse the write. Nothing is written yet."""
        return self.becomes(self.check())

    def apply(self) -> Written:
        """Check the write, and store the new item."""
        return self.table.write(self.key, self.new_item())

    def returned(self, return_values: str, written: Written) -> Item | None:
        """Return the attributes for the response."""
        match return_values:
            case "ALL_OLD":
                return written.before
            case "ALL_NEW":
                return written.after
            case "UPDATED_OLD":
                return changed_parts(self.changes, written.before)
            case "UPDATED_NEW":
                return changed_parts(self.changes, written.after)
            case _:
                return None


Prepared: TypeAlias = "Callable[[Table], Write]"
"""A parsed write. It returns the `Write` for a table, or refuses the write if it does not match that table."""


def read_put(members: Members) -> Prepared:
    """Read the parameters of PutItem, or of a Put in a transaction."""
    language, condition = _condition(members)
    item = canonical_item(members.needed_mapping("Item"))
    check_item_size(item)
    returns_old = _returns_old(members)

    def bind(table: Table) -> Write:
        language.check_keys(table.definition)
        return Write(table, table.key_in(item), condition, lambda _: item, returns_old_on_failure=returns_old)

    return bind


def read_delete(members: Members) -> Prepared:
    """Read the parameters of DeleteItem, or of a Delete in a transaction."""
    language, condition = _condition(members)
    key = canonical_item(members.needed_mapping("Key"))
    returns_old = _returns_old(members)

    def bind(table: Table) -> Write:
        language.check_keys(table.definition)
        return Write(table, table.key_of(key), condition, lambda _: None, returns_old_on_failure=returns_old)

    return bind


def read_check(members: Members) -> Prepared:
    """Read the parameters of a ConditionCheck in a transaction."""
    members.needed_text("ConditionExpression")
    deletes = read_delete(members)

    def bind(table: Table) -> Write:
        return evolve(deletes(table), becomes=_as_it_is, only_checks=True)

    return bind


def _as_it_is(found: Item | None) -> Item | None:
    return found


def read_update(members: Members) -> Prepared:
    """Read the parameters of UpdateItem, or of an Update in a transaction."""
    language = Language.of(members)
    changes = language.update(members)
    condition = language.condition(members, "ConditionExpression")
    language.finish()
    given = canonical_item(members.needed_mapping("Key"))
    returns_old = _returns_old(members)

    def bind(table: Table) -> Write:
        language.check_keys(table.definition)
        key = table.key_of(given)
        for change in changes:
            name = change.path.segments[0]
            if name in table.definition.keys:
                raise invalid_item_values(f"Cannot update attribute {name}. This attribute is part of the key")

        def becomes(found: Item | None) -> Item:
            item = updated(changes, dict(key.attributes) if found is None else found, is_new=found is None)
            table.check_index_keys(item)
            if item_size(item) > MAX_ITEM_BYTES:
                raise invalid_item("Item size to update has exceeded the maximum allowed size")
            return item

        return Write(table, key, condition, becomes, changes, returns_old_on_failure=returns_old)

    return bind


def check_item_size(item: Item) -> None:
    """Refuse an item that is too large."""
    if item_size(item) > MAX_ITEM_BYTES:
        raise invalid("Item size has exceeded the maximum allowed size")


def _condition(members: Members) -> tuple[Language, Condition | None]:
    language = Language.of(members)
    condition = language.condition(members, "ConditionExpression")
    language.finish()
    return language, condition


def _returns_old(members: Members) -> bool:
    return members.choice("ReturnValuesOnConditionCheckFailure", ("ALL_OLD", "NONE"), "NONE") == "ALL_OLD"


def collection_metrics(write: Write) -> dict[str, Any]:
    """Return the metrics of the item collection of a write. The size is a fixed estimate."""
    partition = write.table.definition.partition
    return {
        "ItemCollectionKey": {partition: write.key.attributes[partition]},
        "SizeEstimateRangeGB": [0.0, 1.0],
    }


def metrics_by_table(writes: Iterable[Write]) -> dict[str, list[dict[str, Any]]]:
    """Return the metrics of the item collections of some writes, each collection once, by table."""
    found: dict[str, dict[Ordered, dict[str, Any]]] = {}
    for write in writes:
        if write.table.definition.has_local_indexes and not write.only_checks:
            found.setdefault(write.table.definition.name, {})[write.key.partition] = collection_metrics(write)
    return {name: list(collections.values()) for name, collections in found.items()}

"""What each step costs, and what of that is not known before it is sent."""

from __future__ import annotations

import json
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.cost.index_writes import new_entries, possible_indexes
from dynamo_document_builder.cost.known import updated_size
from dynamo_document_builder.cost.units import IN_TRANSACTION, Units, read, written
from dynamo_document_builder.explain.steps import (
    CheckStep,
    DeleteStep,
    GetStep,
    PagesStep,
    PutStep,
    RawStep,
    UpdateStep,
)
from dynamo_document_builder.expressions.tree.conditions import And, Condition, ItemExists
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from msgspec import Struct

    from dynamo_document_builder.model.entities.entity_model import EntityModel

OLD_ITEM: Final = "the size of an item that it replaces"
UPDATED_ITEM: Final = "the size of the item before and after"
DELETED_ITEM: Final = "the size of an item that it deletes"
CHECKED_ITEM: Final = "the size of the item it looks at"
READ_ITEM: Final = "the size of the item it reads"
READ_ITEMS: Final = "the size of all items that it reads"
_NOTHING: Final = Units()

RAW_ITEM: Final = "the size of its item that is not DynamoDB JSON"


@frozen
class Price:
    """What a step costs at least."""

    units: Units
    alone: Units
    """What the same costs outside a transaction."""
    unknown: tuple[str, ...] = ()


@singledispatch
def price_of(step: Struct) -> Price:
    """Return what a step costs."""
    raise TypeError(f"{type(step).__name__} is no step")


@price_of.register
def _(step: PutStep) -> Price:
    item = json.loads(step.text)
    if _needs_no_item(step.condition):
        indexed = new_entries(step.entity.table, item)
        return _write(written(item_size(item)), (), indexed, in_transaction=step.in_transaction)
    unknown = (OLD_ITEM, *_index_writes(step.entity))
    return _write(written(item_size(item)), unknown, in_transaction=step.in_transaction)


@price_of.register
def _(step: UpdateStep) -> Price:
    unknown = (UPDATED_ITEM, *_index_writes(step.entity))
    return _write(written(updated_size(step)), unknown, in_transaction=step.in_transaction)


@price_of.register
def _(step: DeleteStep) -> Price:
    unknown = (DELETED_ITEM, *_index_writes(step.entity))
    return _write(written(0), unknown, in_transaction=step.in_transaction)


@price_of.register
def _(step: CheckStep) -> Price:  # noqa: ARG001  what it checks makes no difference
    return _check()


@price_of.register
def _(step: GetStep) -> Price:
    if step.in_transaction:
        # What comes nearest to it without one is a consistent read.
        return Price(read(0, consistent=True) * IN_TRANSACTION, read(0, consistent=True), (READ_ITEM,))
    units = read(0, consistent=step.consistent)
    return Price(units, units, (READ_ITEM,))


@price_of.register
def _(step: PagesStep) -> Price:
    units = read(0, consistent=step.command.consistent)
    command = step.command
    is_one = command.max_requests == 1 or (command.max_items is None and not command.count_only)
    pages = () if is_one else ("how many pages it takes",)
    return Price(units, units, (READ_ITEMS, *pages))


@price_of.register
def _(step: RawStep) -> Price:
    match step.raw.kind:
        case "Put":
            return _raw_put(step)
        case "Update":
            return _write(written(0), (UPDATED_ITEM,), in_transaction=True)
        case "Delete":
            return _write(written(0), (DELETED_ITEM,), in_transaction=True)
        case _:
            return _check()


def _raw_put(step: RawStep) -> Price:
    try:
        size = step.operation.item_bytes
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return _write(written(0), (RAW_ITEM, OLD_ITEM), in_transaction=True)
    return _write(written(size), (OLD_ITEM,), in_transaction=True)


def _write(units: Units, unknown: tuple[str, ...], indexed: Units = _NOTHING, *, in_transaction: bool) -> Price:
    # What a transaction doubles is the work on the table: its indexes are written once.
    return Price((units * IN_TRANSACTION if in_transaction else units) + indexed, units + indexed, unknown)


def _check() -> Price:
    # Counted as a write, though it writes nothing; without a transaction one would read the item.
    return Price(written(0) * IN_TRANSACTION, read(0, consistent=True), (CHECKED_ITEM,))


def _index_writes(entity: EntityModel[Any]) -> tuple[str, ...]:
    return tuple(f"the writes to index {name}" for name in possible_indexes(entity))


def _needs_no_item(condition: Condition | None) -> bool:
    """Tell whether a write is only made where nothing was."""
    match condition:
        case ItemExists(present=present):
            return not present
        case And(conditions=conditions):
            return any(map(_needs_no_item, conditions))
        case _:
            return False

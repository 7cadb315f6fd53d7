"""The cost of each step, and the facts that are unknown before it is sent."""

from __future__ import annotations

import json
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.cost.index_writes import new_entries, possible_indexes
from dynamo_document_builder.cost.known_sizes import updated_size
from dynamo_document_builder.cost.units import IN_TRANSACTION, Units, read_units, write_units
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
CHECKED_ITEM: Final = "the size of the item it checks"
READ_ITEM: Final = "the size of the item it reads"
READ_ITEMS: Final = "the size of all items that it reads"
_NOTHING: Final = Units()

RAW_ITEM: Final = "the size of the item, which is not valid DynamoDB JSON"


@frozen
class StepCost:
    """The minimum cost of a step."""

    units: Units
    alone: Units
    """The cost of the same step outside a transaction."""
    unknown: tuple[str, ...] = ()
    """The facts that the exact cost depends on."""


@singledispatch
def cost_of_step(step: Struct) -> StepCost:
    """Return the minimum cost of a step."""
    raise TypeError(f"{type(step).__name__} is not a step")


@cost_of_step.register
def _(step: PutStep) -> StepCost:
    item = json.loads(step.text)
    if _needs_no_item(step.condition):
        indexed = new_entries(step.entity.table, item)
        return _write(write_units(item_size(item)), (), indexed, in_transaction=step.in_transaction)
    unknown = (OLD_ITEM, *_index_writes(step.entity))
    return _write(write_units(item_size(item)), unknown, in_transaction=step.in_transaction)


@cost_of_step.register
def _(step: UpdateStep) -> StepCost:
    unknown = (UPDATED_ITEM, *_index_writes(step.entity))
    return _write(write_units(updated_size(step)), unknown, in_transaction=step.in_transaction)


@cost_of_step.register
def _(step: DeleteStep) -> StepCost:
    unknown = (DELETED_ITEM, *_index_writes(step.entity))
    return _write(write_units(0), unknown, in_transaction=step.in_transaction)


@cost_of_step.register
def _(step: CheckStep) -> StepCost:  # noqa: ARG001  every check costs the same
    return _check()


@cost_of_step.register
def _(step: GetStep) -> StepCost:
    if step.in_transaction:
        # Outside a transaction, the closest operation is a strongly consistent read.
        return StepCost(read_units(0, consistent=True) * IN_TRANSACTION, read_units(0, consistent=True), (READ_ITEM,))
    units = read_units(0, consistent=step.consistent)
    return StepCost(units, units, (READ_ITEM,))


@cost_of_step.register
def _(step: PagesStep) -> StepCost:
    units = read_units(0, consistent=step.command.consistent)
    command = step.command
    is_one = command.max_requests == 1 or (command.max_items is None and not command.count_only)
    pages = () if is_one else ("how many pages it takes",)
    return StepCost(units, units, (READ_ITEMS, *pages))


@cost_of_step.register
def _(step: RawStep) -> StepCost:
    match step.raw.kind:
        case "Put":
            return _raw_put(step)
        case "Update":
            return _write(write_units(0), (UPDATED_ITEM,), in_transaction=True)
        case "Delete":
            return _write(write_units(0), (DELETED_ITEM,), in_transaction=True)
        case _:
            return _check()


def _raw_put(step: RawStep) -> StepCost:
    try:
        size = step.operation.item_bytes
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return _write(write_units(0), (RAW_ITEM, OLD_ITEM), in_transaction=True)
    return _write(write_units(size), (OLD_ITEM,), in_transaction=True)


def _write(units: Units, unknown: tuple[str, ...], indexed: Units = _NOTHING, *, in_transaction: bool) -> StepCost:
    # A transaction doubles the cost of writes to the table, not of writes to its indexes.
    return StepCost((units * IN_TRANSACTION if in_transaction else units) + indexed, units + indexed, unknown)


def _check() -> StepCost:
    # DynamoDB charges a condition check as a write. Outside a transaction, you would read the item.
    return StepCost(write_units(0) * IN_TRANSACTION, read_units(0, consistent=True), (CHECKED_ITEM,))


def _index_writes(entity: EntityModel[Any]) -> tuple[str, ...]:
    return tuple(f"the writes to index {name}" for name in possible_indexes(entity))


def _needs_no_item(condition: Condition | None) -> bool:
    """Return True if a condition requires that the item does not exist."""
    match condition:
        case ItemExists(present=present):
            return not present
        case And(conditions=conditions):
            return any(map(_needs_no_item, conditions))
        case _:
            return False

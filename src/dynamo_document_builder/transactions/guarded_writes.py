"""The writes of `transact`, guarded by its reads: they are applied only if no item that was read has changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, cast

from attrs import evolve, frozen

from dynamo_document_builder.errors import TransactionCanceledError, UsageError
from dynamo_document_builder.errors.texts import describe_item
from dynamo_document_builder.expressions.evaluation.evaluate import evaluate
from dynamo_document_builder.expressions.tree.conditions import all_of
from dynamo_document_builder.model.managed.optimistic_lock import Preconditions
from dynamo_document_builder.model.tables.names import FirstOfItem, is_same_table
from dynamo_document_builder.model.writing.members import condition_members
from dynamo_document_builder.model.writing.operation import Operation
from dynamo_document_builder.transactions.raw import RawSlot, raw_operation
from dynamo_document_builder.transactions.unchanged import unchanged
from dynamo_document_builder.transactions.write_slots import WriteSlot, write_slots

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msgspec import Raw as RawJson

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import Projection
    from dynamo_document_builder.transactions.raw import Raw
    from dynamo_document_builder.transactions.read_slots import GetSlot
    from dynamo_document_builder.transactions.write import TransactWriteOptions
    from dynamo_document_builder.transactions.write_slots import WriteGroup


class ReadGuard:
    """One read, and the condition that is true as long as its item has not changed."""

    def __init__(self, slot: GetSlot, projection: Projection | None, raw: RawJson | None) -> None:
        item = None if raw is None else json.loads(bytes(raw))
        self.slot = slot
        self.entity: EntityModel[Any] = slot.entity
        try:
            self.condition: Condition = unchanged(slot.entity, projection, item)
        except UsageError as error:
            what = describe_item(slot.entity.name, slot.key)
            raise UsageError(f"transact cannot depend on {what}: {error}; nothing was written") from None

    def holds_for(self, item: Mapping[str, Any] | None) -> bool:
        return evaluate(self.condition, self.entity.scope, item).passed


class GuardedWrites:
    """The writes of a function, each guarded by the read of its item, and checks of all other items that were read."""

    def __init__(self, guards: Sequence[ReadGuard], groups: tuple[WriteGroup, ...]) -> None:
        self.groups = groups
        self._guards = FirstOfItem[ReadGuard]()
        for guard in guards:
            self._guards.note(*guard.slot.target(), guard)
        self._of_slot: list[ReadGuard | None] = []

    def slots(self, command: TransactWriteOptions) -> tuple[Any, ...]:
        """Return the guarded writes, and a check of each item that is read and not written."""
        unwritten = {id(guard): guard for guard in self._guards.values()}
        slots: list[Any] = []
        for slot in write_slots(self.groups, command):
            guard = self._guard_of(slot)
            if guard is not None and unwritten.pop(id(guard), None) is None:
                guard = None  # a second write of the same item, which `preflight` refuses
            self._of_slot.append(guard)
            slots.append(slot if guard is None else _guard(slot, guard))
        self._of_slot.extend(unwritten.values())
        return (*slots, *(_CheckSlot(guard) for guard in unwritten.values()))

    def _guard_of(self, slot: WriteSlot | RawSlot) -> ReadGuard | None:
        if isinstance(slot, WriteSlot):
            return self._guards.of(*slot.target())
        raw = slot.command
        for guard in self._guards.values():
            table = guard.entity.table
            if is_same_table(table.name, raw.table) and _key_text(raw, table.key_names) == guard.slot.target()[1]:
                return guard
        return None

    def is_overtaken(self, error: TransactionCanceledError) -> bool:
        """Return True if the only reasons are other writers, who changed an item that was read or hold one."""
        return bool(error.failures) and all(
            reason.retryable or self._was_changed(reason.index, reason.code, reason.raw_item)
            for reason in error.failures
        )

    def _was_changed(self, index: int, code: str, item: Mapping[str, Any] | None) -> bool:
        guard = self._of_slot[index]
        return code == "ConditionalCheckFailed" and guard is not None and not guard.holds_for(item)

    def gave_up(self, error: TransactionCanceledError, tries: int) -> TransactionCanceledError:
        items = ", ".join(describe_item(reason.entity, reason.key) for reason in error.failures)
        text = f"transact gave up after {tries} tries, nothing was written: other writers kept changing {items}"
        return TransactionCanceledError(
            text, fault=error.fault, reasons=error.reasons, idempotency_token=error.idempotency_token
        )


def _key_text(raw: Raw, key_names: tuple[str, ...]) -> str | None:
    try:
        return raw_operation(raw, key_names).key
    except UsageError:  # `preflight` reports the invalid key together with all other problems
        return None


def _guard(slot: WriteSlot | RawSlot, guard: ReadGuard) -> WriteSlot:
    if isinstance(slot, RawSlot) or slot.entity.codec is not guard.entity.codec:
        raise UsageError(
            f"{slot.name} is about an item that was read as {describe_item(guard.entity.name, guard.slot.key)}: "
            "write it through the entity that read it, so that the write can check that the item has not changed; "
            "nothing was written"
        )
    return _GuardedWriteSlot(slot.command, slot.entity, slot.trusted, slot.timestamp_ns, guard.condition)


class _GuardedWriteSlot(WriteSlot, frozen=True, eq=False):
    """A write of an item that was read, in its place. It also checks that the item has not changed."""

    unchanged: Any = None

    def operation(self) -> Operation:
        command = cast("Any", self.command)
        condition = self.unchanged if command.condition is None else all_of((command.condition, self.unchanged))
        # The stored item tells which condition was false: the caller's or the guard.
        guarded = evolve(command, condition=condition, return_values_on_condition_check_failure="ALL_OLD")
        operation: Operation = guarded.__transact_operation__(
            self.entity, trusted=self.trusted, timestamp_ns=self.timestamp_ns
        )
        return operation


@frozen(eq=False, repr=False)
class _CheckSlot:
    """A check of an item that is read and not written."""

    guard: ReadGuard
    name: ClassVar[str] = "ConditionCheck"
    label: ClassVar[None] = None

    @property
    def command(self) -> Any:
        return self.guard.slot.command

    @property
    def entity(self) -> EntityModel[Any]:
        return self.guard.entity

    @property
    def key(self) -> Mapping[str, Any] | None:
        return self.guard.slot.key

    def target(self) -> tuple[str, str]:
        return self.guard.slot.target()

    def operation(self) -> Operation:
        entity, (_, key) = self.entity, self.target()
        members = condition_members(entity, Preconditions(self.guard.condition, None))
        return Operation(self.name, entity.table.name, key, f'{entity.table.__named__},"Key":{key}{members}')

"""
Read, decide, write: one transactional read, a function of what it found, one transactional write that depends on it.

The write is guarded by what was read. If that changed in between, all of it begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from inspect import iscoroutine, iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, cast

from attrs import evolve, field, frozen
from typing_extensions import TypeVarTuple

from dynamo_document_builder.errors import OutcomeUnknownError, TransactionCanceledError, UsageError
from dynamo_document_builder.errors.findings import Problem
from dynamo_document_builder.errors.texts import describe_item, given_type
from dynamo_document_builder.expressions.evaluation.evaluate import evaluate
from dynamo_document_builder.expressions.tree.conditions import all_of
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.preconditions import Preconditions
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from dynamo_document_builder.model.options.retrying import RetryOptions, pause_before_retry
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.names import FirstOfItem, is_same_table
from dynamo_document_builder.model.writing.members import condition_members
from dynamo_document_builder.model.writing.operation import Operation
from dynamo_document_builder.transactions.raw import Raw
from dynamo_document_builder.transactions.read import read_transaction
from dynamo_document_builder.transactions.read_slots import GetSlot, GetSlots, PreparedTransactGet, check_reads
from dynamo_document_builder.transactions.unchanged import too_wide, unchanged
from dynamo_document_builder.transactions.write import TransactWriteOptions, TransactWriteResult, write_transaction
from dynamo_document_builder.transactions.write_slots import (
    PreparedWrites,
    RawSlot,
    WriteGroup,
    WriteSlot,
    check_reachable,
    write_slots,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from msgspec import Raw as RawJson

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import Projection
    from dynamo_document_builder.transactions.read import Snapshot
    from dynamo_document_builder.wire.flow import Flow

Rs = TypeVarTuple("Rs")

USUAL: Final = RetryPolicy(max_attempts=10, base_delay=0.02, max_delay=1.0)
_ONCE: Final = RetryPolicy(max_attempts=1)
"""What is held up begins anew with a read, as what holds it changes what was read."""


@frozen(kw_only=True)
class Transacted(Generic[*Rs]):
    """A function of what was read, and what came of it."""

    items: tuple[*Rs]
    """What was read at last, group by group: what the function was called with."""
    written: TransactWriteResult | None
    """The transaction that was applied; `None` if the function had nothing to write."""
    tries: int
    """How often it was read and decided; more than once, if others wrote the items in between."""


def _checked_reads(reads: Iterable[Any]) -> tuple[PreparedTransactGet[Any], ...]:
    checked = tuple(reads)
    for read in checked:
        if not isinstance(read, PreparedTransactGet):
            raise UsageError(f"transact reads what entity.prepare(TransactGet(...)) returns, not {given_type(read)}")
    if not checked:
        raise UsageError("transact has nothing to read: give it entity.prepare(TransactGet(...))")
    return checked


def checked_change(change: Any) -> Any:
    """Return the function of a transact; refuse anything else, and a coroutine function."""
    if not callable(change):
        raise UsageError(f"transact takes a function of what is read first, not {given_type(change)}")
    if iscoroutinefunction(change) or iscoroutinefunction(type(change).__call__):
        raise UsageError(
            "transact and atransact take an ordinary function, which only decides what to write, not a coroutine "
            "function: write it with def, and await before or after"
        )
    return change


def decisions(returned: Any, kinds: tuple[type[Any], ...], called: str) -> tuple[Any, ...]:
    """Return what the function of a transact returned, a list of such *kinds* or nothing; *called*: their name."""
    if returned is None:
        return ()
    if isinstance(returned, kinds) or not _is_list(returned):
        raise _undecided(called, returned)
    found = tuple(returned)
    for one in found:
        if not isinstance(one, kinds):
            raise _undecided(called, one, " of")
    return found


def _is_list(returned: Any) -> bool:
    if iscoroutine(returned):
        returned.close()  # nobody will await it
    return isinstance(returned, Iterable) and not isinstance(returned, (str, Mapping))


def _undecided(called: str, given: Any, of: str = "") -> UsageError:
    return UsageError(
        f"the function of a transact returns a list of {called}, or None, not{of} {given_type(given)}; "
        "nothing was written"
    )


@explain_unknown_options
@frozen(kw_only=True, repr=False)
class ReadModifyWrite(RetryOptions):
    """One read, a function, one write; what `transact` sends."""

    called: ClassVar[str] = "transact"
    __sent_by__: ClassVar[str] = "table"

    change: Callable[..., Iterable[WriteGroup] | None] = field(converter=checked_change)
    reads: tuple[PreparedTransactGet[Any], ...] = field(converter=_checked_reads)

    def __flow__(self, target: Target, /) -> Flow[Transacted[*tuple[Any, ...]]]:
        """Read, decide and write, and begin anew while others write what was read."""
        policy, tries = self.retry or USUAL, 0
        while True:
            tries += 1
            slots, snapshot, items = yield from self._read(target)
            projections = [read.projection for read in self.reads for _ in read.keys]
            guards = [_Guarded(*one) for one in zip(slots, projections, snapshot.raws, strict=True)]
            plan = _Plan(guards, self._decided(items))
            if not plan.groups:
                return Transacted(items=items, written=None, tries=tries)
            try:
                written = yield from self._write(target, plan)
            except TransactionCanceledError as error:
                if not plan.is_overtaken(error):
                    raise
                if tries >= policy.max_attempts:
                    raise plan.gave_up(error, tries) from error.__cause__
                overtaken = error
            else:
                return Transacted(items=items, written=written, tries=tries)
            yield from pause_before_retry(policy.delay(tries - 1), overtaken)

    def _read(self, target: Target) -> Flow[tuple[GetSlots, Snapshot, tuple[Any, ...]]]:
        problems = Problems("transact")
        check_reads(problems, target, self.reads, "transact")
        for group in self.reads:
            if (why := too_wide(group.entity, group.projection)) is not None:
                problems.add(Problem(why, operation="group", entity=group.entity.name))
            if group.on_unfit != "raise":
                problems.note(
                    "on_unfit= cannot be used in a transact: the function would take an item that does not fit for "
                    "one that is not there; leave it out"
                )
        slots = GetSlots(self.reads, trusted=self.skip_validation)
        snapshot = yield from read_transaction(self, slots, problems)
        found = iter(snapshot.items)
        items = tuple([next(found) for _ in group.keys] for group in self.reads)
        return slots, snapshot, items

    def _decided(self, items: tuple[Any, ...]) -> tuple[WriteGroup, ...]:
        return decisions(self.change(*items), (PreparedWrites, Raw), "entity.prepare([...])")

    def _write(self, target: Target, plan: _Plan) -> Flow[TransactWriteResult]:
        problems = Problems("transact")
        for group in plan.groups:
            check_reachable(problems, target, group)
        options = TransactWriteOptions(
            retry=_ONCE,
            return_consumed_capacity=self.return_consumed_capacity,
            skip_validation=self.skip_validation,
        )
        try:
            return (yield from write_transaction(options, plan.slots(options), problems))
        except OutcomeUnknownError as error:
            error.command = self
            raise


class _Guarded:
    """One read, and what has to be true of its item when the write is applied."""

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


class _Plan:
    """What a function decided, bound to what it was decided on."""

    def __init__(self, guards: Sequence[_Guarded], groups: tuple[WriteGroup, ...]) -> None:
        self.groups = groups
        self._guards = FirstOfItem[_Guarded]()
        for guard in guards:
            self._guards.note(*guard.slot.target(), guard)
        self._of_slot: list[_Guarded | None] = []

    def slots(self, whole: TransactWriteOptions) -> tuple[Any, ...]:
        """Return the writes, each depending on what was read of its item, and a check of each other item."""
        left = {id(guard): guard for guard in self._guards.values()}
        slots: list[Any] = []
        for slot in write_slots(self.groups, whole):
            guard = self._guard_of(slot)
            if guard is not None and left.pop(id(guard), None) is None:
                guard = None  # a second write of the item, which is refused
            self._of_slot.append(guard)
            slots.append(slot if guard is None else _guarded(slot, guard))
        self._of_slot.extend(left.values())
        return (*slots, *(_CheckSlot(guard) for guard in left.values()))

    def _guard_of(self, slot: WriteSlot | RawSlot) -> _Guarded | None:
        if isinstance(slot, WriteSlot):
            return self._guards.of(*slot.target())
        raw = slot.command
        for guard in self._guards.values():
            table = guard.entity.table
            if is_same_table(table.name, raw.table) and _key_text(raw, table.key_names) == guard.slot.target()[1]:
                return guard
        return None

    def is_overtaken(self, error: TransactionCanceledError) -> bool:
        """Tell whether nothing but others, who wrote what was read or were about to, stood in the way."""
        return bool(error.failures) and all(
            reason.retryable or self._was_changed(reason.index, reason.code, reason.raw_item)
            for reason in error.failures
        )

    def _was_changed(self, index: int, code: str, item: Mapping[str, Any] | None) -> bool:
        guard = self._of_slot[index]
        return code == "ConditionalCheckFailed" and guard is not None and not guard.holds_for(item)

    def gave_up(self, error: TransactionCanceledError, tries: int) -> TransactionCanceledError:
        items = ", ".join(describe_item(reason.entity, reason.key) for reason in error.failures)
        text = f"transact gave up after {tries} tries, nothing was written: others kept writing {items}"
        return TransactionCanceledError(
            text, fault=error.fault, reasons=error.reasons, idempotency_token=error.idempotency_token
        )


def _key_text(raw: Raw, key_names: tuple[str, ...]) -> str | None:
    try:
        return raw.__transact_operation__(key_names).key
    except UsageError:  # it is found again, and told, where all operations are looked at
        return None


def _guarded(slot: WriteSlot | RawSlot, guard: _Guarded) -> WriteSlot:
    if isinstance(slot, RawSlot) or slot.entity.codec is not guard.entity.codec:
        raise UsageError(
            f"{slot.name} is about an item that was read as {describe_item(guard.entity.name, guard.slot.key)}: "
            "write it through the entity that read it, so that it can depend on what was read; nothing was written"
        )
    return _GuardedSlot(slot.command, slot.entity, slot.trusted, slot.timestamp_ns, guard.condition)


class _GuardedSlot(WriteSlot, frozen=True, eq=False):
    """A write of an item that was read, in its place."""

    unchanged: Any = None

    def operation(self) -> Operation:
        command = cast("Any", self.command)
        condition = self.unchanged if command.condition is None else all_of((command.condition, self.unchanged))
        # The item is always asked for: it tells whose condition was false.
        guarded = evolve(command, condition=condition, return_values_on_condition_check_failure="ALL_OLD")
        operation: Operation = guarded.__transact_operation__(
            self.entity, trusted=self.trusted, timestamp_ns=self.timestamp_ns
        )
        return operation


@frozen(eq=False, repr=False)
class _CheckSlot:
    """A check of an item that was only read."""

    guard: _Guarded
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

"""The flow of a rehearsal: read the items in one transaction, then evaluate the condition of each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from attrs import field, frozen

from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
from dynamo_document_builder.commands.transact_write import TransactWrite
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.entities.hidden import hidden_names
from dynamo_document_builder.model.options.retrying import RetryOptions
from dynamo_document_builder.model.reading.projections import ItemReader
from dynamo_document_builder.model.tables.table_model import TableModel
from dynamo_document_builder.model.writing.operation import Operation
from dynamo_document_builder.model.writing.single_write import SingleWrite
from dynamo_document_builder.rehearsal.raw_conditions import evaluate_raw
from dynamo_document_builder.rehearsal.report import Rehearsal
from dynamo_document_builder.reports.condition_report import ConditionReport
from dynamo_document_builder.reports.evaluate_command import evaluate_command
from dynamo_document_builder.transactions.preflight import check_token, preflight
from dynamo_document_builder.transactions.read import read_transaction
from dynamo_document_builder.transactions.write_slots import (
    PreparedWrites,
    RawSlot,
    WriteSlot,
    check_reachable,
    write_slots,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.transactions.write_slots import Slot
    from dynamo_document_builder.wire.flow import Flow


def rehearse(command: Any, to: Any) -> Flow[Rehearsal]:
    """Read the items that a command would write, and report the condition of each operation. Nothing is written."""
    problems = Problems(type(command).__name__)
    slots = _slots(command, to, problems)
    check_token(problems, getattr(command, "idempotency_token", None))
    operations = preflight(problems, slots)
    problems.raise_any()
    reads = [_ReadSlot(slot, one) for slot, one in zip(slots, operations, strict=True) if one.key]
    if not reads:
        raise UsageError(
            f"{type(command).__name__} cannot be rehearsed, nothing was sent: the key attributes of its Raw puts are "
            "unknown; call rehearse of the Table they write to, or add a group of an entity of that table"
        )
    options = RetryOptions(retry=command.retry, return_consumed_capacity=command.return_consumed_capacity)
    snapshot = yield from read_transaction(options, cast("Any", reads), Problems("rehearse"))
    hidden = hidden_names(slot.entity for slot in slots if slot.entity is not None)
    found = {id(read.slot): item for read, item in zip(reads, snapshot.items, strict=True)}
    return Rehearsal(
        command=type(command).__name__,
        reports=tuple(_report(index, slot, found, hidden) for index, slot in enumerate(slots)),
        response_metadata=snapshot.response_metadata,
        consumed_capacity=snapshot.consumed_capacity,
    )


def _slots(command: Any, to: Any, problems: Problems) -> Sequence[Slot]:
    if not isinstance(command, (TableTransactWrite, TransactWrite, SingleWrite)):
        raise UsageError(
            f"rehearse takes a write or a transaction of writes, not {given_type(command)}; nothing was sent"
        )
    if isinstance(command, TransactWrite):
        transaction = cast("Any", command)
        return write_slots([PreparedWrites(to, tuple(transaction.writes))], transaction)
    if isinstance(command, SingleWrite):
        return [_SingleSlot(cast("Any", command), to, command.skip_validation)]
    for group in command.transactions:
        check_reachable(problems, to, group)
    return write_slots(command.transactions, command, to)


class _SingleSlot(WriteSlot, frozen=True, eq=False):
    """A write outside a transaction."""

    def operation(self) -> Operation:
        command: Any = self.command
        operation: Operation = command.__operation__(self.entity)
        return operation


_BYTES_READER: Final = ItemReader[bytes](None, bytes, lambda _: "")
"""Returns items as bytes, because raw operations have no entity."""


@frozen(eq=False, repr=False)
class _ReadSlot:
    """The read of the item of one operation, in a read transaction."""

    slot: Any
    of: Operation
    name: str = "Get"
    reader: ItemReader[bytes] = field(factory=lambda: _BYTES_READER)

    @property
    def label(self) -> str | None:
        label: str | None = self.slot.label
        return label

    @property
    def command(self) -> Any:
        return self.slot.command

    @property
    def entity(self) -> EntityModel[Any] | None:
        entity: EntityModel[Any] | None = self.slot.entity
        return entity

    @property
    def key(self) -> Mapping[str, Any] | None:
        key: Mapping[str, Any] | None = self.slot.key
        return key

    def target(self) -> tuple[str, str]:
        return self.of.table, self.of.key

    def operation(self) -> Operation:
        table = TableModel(name=self.of.table)
        return Operation("Get", table.name, self.of.key, f'{table.__named__},"Key":{self.of.key}')


def _report(index: int, slot: Any, found: Mapping[int, bytes | None], hidden: frozenset[str]) -> ConditionReport:
    facts: dict[str, Any] = {"passed": None}
    if id(slot) in found:
        raw = found[id(slot)]
        is_raw = isinstance(slot, RawSlot)
        facts = evaluate_raw(slot.command, raw) if is_raw else {**evaluate_command(slot.command, slot.entity, raw)}
    entity = None if slot.entity is None else slot.entity.name
    return ConditionReport(
        name=slot.name,
        index=index,
        label=slot.label,
        command=slot.command,
        entity=entity,
        key=slot.key,
        hidden=hidden,
        **facts,
    )

"""The slots of a transactional write: one per operation, in order, across all groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.errors.texts import describe_item
from dynamo_document_builder.model.commands.problems import check_table
from dynamo_document_builder.model.managed.timestamps import shared_timestamp_ns, timestamp_fields
from dynamo_document_builder.model.tables.names import is_same_table
from dynamo_document_builder.model.tables.table_model import TableModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.model.writing.write_command import WriteCommand
    from dynamo_document_builder.transactions.raw import Raw, RawSlot


@frozen
class PreparedWrites:
    """Writes bound to their entity, made by `entity.prepare([...])`."""

    entity: EntityModel[Any]
    """The entity that the group is for."""
    writes: tuple[WriteCommand[Any], ...]
    """The writes, in order."""


WriteGroup: TypeAlias = "PreparedWrites | Raw"


class WriteSlot(Struct, frozen=True, eq=False):
    """One write, in its place."""

    command: WriteCommand[Any]
    entity: EntityModel[Any]
    trusted: bool
    timestamp_ns: int | None = None
    """The timestamp of the transaction in nanoseconds; `None` if the schema has no timestamp fields."""

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def label(self) -> str | None:
        return self.command.__operation_label__

    @property
    def key(self) -> Mapping[str, Any] | None:
        return self.entity.shown_key(self.command.__subject__)

    def operation(self) -> Operation:
        if self.timestamp_ns is None:
            return self.command.__transact_operation__(self.entity, trusted=self.trusted)
        return self.command.__transact_operation__(self.entity, trusted=self.trusted, timestamp_ns=self.timestamp_ns)

    def target(self) -> tuple[str, str]:
        return self.entity.table.name, self.entity.key_text(self.command.__subject__)


class TransactCommand(Protocol):
    """The options of a transactional command that its writes depend on."""

    @property
    def skip_validation(self) -> bool: ...
    @property
    def timestamp(self) -> datetime | None: ...


class Slot(Protocol):
    """One operation of a transaction, a write or a read, in its place."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str | None: ...
    @property
    def command(self) -> Any: ...
    @property
    def entity(self) -> EntityModel[Any] | None: ...
    @property
    def key(self) -> Mapping[str, Any] | None: ...
    def operation(self) -> Operation: ...
    def target(self) -> tuple[str, str]:
        """Return the table and the key as text, which is empty if the operation has no valid key."""
        ...


def slot_text(slot: Slot) -> str:
    """Return the name of an operation in messages, such as `Put User user_id='u1'`."""
    entity = None if slot.entity is None else slot.entity.name
    return f"{slot.name} {describe_item(entity, slot.key)}".strip()


def check_group(problems: Problems, target: Target, group: WriteGroup) -> None:
    """Note a problem if the group is of a table that the target cannot reach."""
    if isinstance(group, PreparedWrites):
        check_table(problems, target, group.entity.table, group.entity.name)
    else:
        check_table(problems, target, TableModel(name=group.table), None)


def write_slots(
    groups: Sequence[WriteGroup], command: TransactCommand, target: object = None
) -> tuple[WriteSlot | RawSlot, ...]:
    """Return the slots of all groups, in order. All writes share one timestamp. *target* is a table or a database."""
    prepared = [group for group in groups if isinstance(group, PreparedWrites)]
    timestamp_ns, trusted = _timestamp_ns(prepared, command), command.skip_validation
    slots: list[WriteSlot | RawSlot] = []
    for group in groups:
        if isinstance(group, PreparedWrites):
            slots.extend([WriteSlot(write, group.entity, trusted, timestamp_ns) for write in group.writes])
        else:
            slots.append(_raw_slot(group, groups, target))
    return tuple(slots)


def _raw_slot(raw: Raw, groups: Sequence[WriteGroup], target: object) -> RawSlot:
    from dynamo_document_builder.transactions.raw import RawSlot, own_key_names  # noqa: PLC0415  lazy import: loads json and base64, 7 ms, only Raw needs it

    names = _described_key_names(raw.table, groups, target)
    if names is None:
        own = (own_key_names(one) for one in groups if not isinstance(one, PreparedWrites) and one.table == raw.table)
        names = next((found for found in own if found is not None), None)
    return RawSlot(raw, names)


def _described_key_names(table: str, groups: Sequence[WriteGroup], target: object) -> tuple[str, ...] | None:
    """Return the key attributes of a table, if it is the target or the table of a prepared group."""
    if isinstance(target, TableModel) and is_same_table(target.name, table):
        return target.key_names
    for group in groups:
        if isinstance(group, PreparedWrites) and is_same_table(group.entity.table.name, table):
            return group.entity.table.key_names
    return None


def _timestamp_ns(groups: Sequence[PreparedWrites], command: TransactCommand) -> int | None:
    if not any(timestamp_fields(group.entity) for group in groups):
        return None
    return shared_timestamp_ns(command.timestamp, [write for group in groups for write in group.writes])

"""A transaction laid out: one slot per operation, in order, whatever groups the operations came in."""

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
    from dynamo_document_builder.transactions.raw import Raw


@frozen
class PreparedWrites:
    """Writes bound to their entity, made by `entity.prepare([...])`."""

    entity: EntityModel[Any]
    """The entity that the group is for."""
    writes: tuple[WriteCommand[Any], ...]
    """The writes, in order."""


WriteGroup: TypeAlias = "PreparedWrites | Raw"


class WriteSlot(Struct, frozen=True, eq=False):
    """One write in its place."""

    command: WriteCommand[Any]
    entity: EntityModel[Any]
    trusted: bool
    timestamp_ns: int | None = None
    """The moment of the transaction; `None` where the schema keeps none."""

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


class RawSlot(Struct, frozen=True, eq=False):
    """One raw operation in its place."""

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
        return self.command.shown_key(self.key_names)

    def operation(self) -> Operation:
        return self.command.__transact_operation__(self.key_names)

    def target(self) -> tuple[str, str]:
        return self.command.table, ""


class Whole(Protocol):
    """What is asked of the command that the writes are parts of."""

    @property
    def skip_validation(self) -> bool: ...
    @property
    def timestamp(self) -> datetime | None: ...


class Slot(Protocol):
    """One operation of a transaction in its place, write or read."""

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
        """Return table and key, also of an operation that cannot be sent; no text where there is no key."""
        ...


def shown(slot: Slot) -> str:
    """`Put User user_id='u1'`: how texts name an operation."""
    entity = None if slot.entity is None else slot.entity.name
    return f"{slot.name} {describe_item(entity, slot.key)}".strip()


def check_reachable(problems: Problems, target: Target, group: WriteGroup) -> None:
    """Refuse a group of a table that what it is sent to cannot reach."""
    if isinstance(group, PreparedWrites):
        check_table(problems, target, group.entity.table, group.entity.name)
    else:
        check_table(problems, target, TableModel(name=group.table), None)


def write_slots(groups: Sequence[WriteGroup], whole: Whole, target: object = None) -> tuple[WriteSlot | RawSlot, ...]:
    """Lay out the groups of a transaction in order; all its writes have one moment. *target* is what it is sent to."""
    prepared = [group for group in groups if isinstance(group, PreparedWrites)]
    timestamp_ns, trusted = _moment(prepared, whole), whole.skip_validation
    slots: list[WriteSlot | RawSlot] = []
    for group in groups:
        if isinstance(group, PreparedWrites):
            slots.extend([WriteSlot(write, group.entity, trusted, timestamp_ns) for write in group.writes])
        else:
            slots.append(RawSlot(group, _key_names(group.table, groups, target)))
    return tuple(slots)


def _key_names(table: str, groups: Sequence[WriteGroup], target: object) -> tuple[str, ...] | None:
    """Return the key attributes of a table, as far as something that is at hand tells them."""
    if isinstance(target, TableModel) and is_same_table(target.name, table):
        return target.key_names
    for group in groups:
        if isinstance(group, PreparedWrites) and is_same_table(group.entity.table.name, table):
            return group.entity.table.key_names
    told = (group.key_names for group in groups if not isinstance(group, PreparedWrites) and group.table == table)
    return next((names for names in told if names is not None), None)


def _moment(groups: Sequence[PreparedWrites], whole: Whole) -> int | None:
    if not any(timestamp_fields(group.entity) for group in groups):
        return None
    return shared_timestamp_ns(whole.timestamp, [write for group in groups for write in group.writes])

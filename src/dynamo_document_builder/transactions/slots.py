"""A transaction laid out: one slot per operation, in order, whatever groups the operations came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import frozen

from dynamo_document_builder.facts import described
from dynamo_document_builder.model.entity_model import EntityModel, quoted_table
from dynamo_document_builder.model.operation import Operation
from dynamo_document_builder.model.problems import Problems
from dynamo_document_builder.transactions.raw import Raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dynamo_document_builder.model.protocols import WriteCommand

S = TypeVar("S")


@frozen
class PreparedWrites:
    """Writes bound to their entity, made by `entity.prepare([...])`."""

    entity: EntityModel[Any]
    writes: tuple[WriteCommand[Any], ...]


@frozen
class PreparedTransactGet(Generic[S]):
    """Keys bound to their entity, made by `entity.prepare(TransactGet(...))`."""

    entity: EntityModel[S]
    command: Any
    keys: tuple[Any, ...]
    skip_validation: bool = False


WriteGroup: TypeAlias = PreparedWrites | Raw


@frozen
class WriteSlot:
    """One write in its place."""

    command: WriteCommand[Any]
    entity: EntityModel[Any]

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def label(self) -> str | None:
        return self.command.operation_label

    @property
    def key(self) -> Mapping[str, Any] | None:
        return self.entity.shown_key(self.command.subject)

    def operation(self) -> Operation:
        return self.command.transact_operation(self.entity)


@frozen
class RawSlot:
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
        return self.command.transact_operation(self.key_names)


@frozen
class GetSlot:
    """One key to read in its place."""

    command: Any
    entity: EntityModel[Any]
    given_key: Any
    skip_validation: bool
    label: str | None = None
    name: str = "Get"

    @property
    def key(self) -> Mapping[str, Any] | None:
        return self.entity.shown_key(self.given_key)

    def operation(self) -> Operation:
        problems = Problems("Get", self.entity.name)
        key = problems.attempt(lambda: self.entity.encode_key(self.given_key), "")
        problems.raise_any(lambda: self.key)
        members = f'{quoted_table(self.entity.table)},"Key":{key}'
        return Operation("Get", self.entity.table.name, key, members)


Slot: TypeAlias = WriteSlot | RawSlot | GetSlot


def shown(slot: Slot) -> str:
    """`Put User user_id='u1'`: how texts name an operation."""
    entity = None if slot.entity is None else slot.entity.name
    return f"{slot.name} {described(entity, slot.key)}".strip()


def write_slots(groups: Sequence[WriteGroup]) -> tuple[WriteSlot | RawSlot, ...]:
    """Lay out the groups of a transaction in order."""
    key_names = {
        group.entity.table.resource: group.entity.table.key_names
        for group in groups
        if isinstance(group, PreparedWrites)
    }
    return tuple(_slots(groups, key_names))


def _slots(groups: Iterable[WriteGroup], key_names: Mapping[str, tuple[str, ...]]) -> Iterator[WriteSlot | RawSlot]:
    for group in groups:
        if isinstance(group, Raw):
            yield RawSlot(group, key_names.get(group.table))
        else:
            yield from (WriteSlot(write, group.entity) for write in group.writes)


def get_slots(groups: Iterable[PreparedTransactGet[Any]]) -> tuple[GetSlot, ...]:
    """Lay out the keys of a transactional read in order."""
    return tuple(
        GetSlot(group.command, group.entity, key, group.skip_validation) for group in groups for key in group.keys
    )

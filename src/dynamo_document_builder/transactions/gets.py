"""A transactional read laid out: one slot per key, in order, whatever groups the keys came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.model.entity_model import EntityModel
from dynamo_document_builder.model.operation import NO_TEXT, Operation
from dynamo_document_builder.model.problems import FINDINGS, Problems
from dynamo_document_builder.model.projections import ItemReader, Projection, reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


S = TypeVar("S")


@frozen
class PreparedTransactGet(Generic[S]):
    """Keys bound to their entity, made by `entity.prepare(TransactGet(...))`."""

    entity: EntityModel[S]
    command: Any
    keys: tuple[Any, ...]
    projection: Projection | None = None
    skip_validation: bool = False


class GetSlot(Struct, frozen=True, eq=False):
    """One key to read in its place."""

    command: Any
    entity: EntityModel[Any]
    given_key: Any
    reader: ItemReader[Any]
    label: str | None = None
    name: str = "Get"

    @property
    def key(self) -> Mapping[str, Any] | None:
        return self.entity.shown_key(self.given_key)

    def target(self) -> tuple[str, str]:
        return self.entity.table.name, self.entity.key_text(self.given_key)

    def operation(self) -> Operation:
        try:
            return self._rendered(self.entity.encode_key(self.given_key), self.reader.members)
        except FINDINGS:
            return self._explained()

    def _explained(self) -> Operation:
        problems = Problems("Get", self.entity.name)
        key = problems.attempt(lambda: self.entity.encode_key(self.given_key), NO_TEXT)
        projection = problems.attempt(lambda: self.reader.members, NO_TEXT)
        problems.raise_any(lambda: self.key)
        return self._rendered(key, projection)

    def _rendered(self, key: str, projection: str) -> Operation:
        table = self.entity.table
        return Operation("Get", table.name, key, f'{table.named},"Key":{key}{projection}')


def get_slots(groups: Iterable[PreparedTransactGet[Any]], *, trusted: bool) -> tuple[GetSlot, ...]:
    """Lay out the keys of a transactional read in order."""
    return tuple(_slots(groups, trusted=trusted))


def _slots(groups: Iterable[PreparedTransactGet[Any]], *, trusted: bool) -> Iterator[GetSlot]:
    for group in groups:
        reader = reader_of(group.entity, group.projection, trusted=trusted or group.skip_validation)
        yield from (GetSlot(group.command, group.entity, key, reader) for key in group.keys)

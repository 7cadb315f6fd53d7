"""A transactional read laid out: one slot per key, in order, whatever groups the keys came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

from dynamo_document_builder.model.operation import Operation
from dynamo_document_builder.model.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.entity_model import EntityModel


S = TypeVar("S")


@frozen
class PreparedTransactGet(Generic[S]):
    """Keys bound to their entity, made by `entity.prepare(TransactGet(...))`."""

    entity: EntityModel[S]
    command: Any
    keys: tuple[Any, ...]
    skip_validation: bool = False


@frozen(eq=False, repr=False)
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

    def target(self) -> tuple[str, str]:
        return self.entity.table.name, self.entity.key_text(self.given_key)

    def operation(self) -> Operation:
        problems = Problems("Get", self.entity.name)
        key = problems.attempt(lambda: self.entity.encode_key(self.given_key), "")
        problems.raise_any(lambda: self.key)
        members = f'{self.entity.table.named},"Key":{key}'
        return Operation("Get", self.entity.table.name, key, members)


def get_slots(groups: Iterable[PreparedTransactGet[Any]], *, trusted: bool) -> tuple[GetSlot, ...]:
    """Lay out the keys of a transactional read in order."""
    return tuple(
        GetSlot(group.command, group.entity, key, trusted or group.skip_validation)
        for group in groups
        for key in group.keys
    )

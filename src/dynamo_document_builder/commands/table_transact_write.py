"""TableTransactWrite: write items of several entities, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.timestamps import idle_timestamp
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.transactions.raw import Raw
from dynamo_document_builder.transactions.write import TransactWriteOptions, TransactWriteResult, write_transaction
from dynamo_document_builder.transactions.write_slots import PreparedWrites, WriteGroup, check_reachable, write_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.wire.flow import Flow


def _groups(groups: Iterable[WriteGroup]) -> tuple[WriteGroup, ...]:
    return _checked(groups)


def _checked(groups: Any) -> tuple[WriteGroup, ...]:
    if isinstance(groups, (PreparedWrites, Raw)) or not hasattr(groups, "__iter__"):
        raise UsageError("TableTransactWrite takes a list of groups: transactions=[users.prepare([...])]")
    checked = tuple(groups)
    for group in checked:
        if not isinstance(group, (PreparedWrites, Raw)):
            raise UsageError(
                f"TableTransactWrite takes what entity.prepare([...]) returns, and Raw, not {given_type(group)}"
            )
    return checked


@tells_options
@frozen(repr=False)
class TableTransactWrite(TransactWriteOptions):
    """
    Write 1 to 100 items of several entities, all or none.

    Of one table with `table.send`, of several tables with `database.send`.
    The limits, costs and errors of `TransactWrite` hold for all groups together; operations keep their order.

    Raises:
        TableMismatchError: a group is bound to another table or database; nothing was sent.

    Example:
        >>> table.send(TableTransactWrite(transactions=[
        ...     users.prepare([Put(User("u4", "Dan"))]),
        ...     orders.prepare([Update(key={"order_id": "o1"}, updates={"status": "shipped"})]),
        ... ])).attempts
        1

    """

    __sent_by__: ClassVar[str] = "table"

    transactions: Sequence[WriteGroup] = field(converter=_groups)
    """Groups made by `entity.prepare([...])`, and `Raw` operations."""

    def __flow__(self, target: Target, /) -> Flow[TransactWriteResult]:
        """Check it, send it, read the answer."""
        problems = Problems("TableTransactWrite")
        for group in self.transactions:
            check_reachable(problems, target, group)
        entities = [group.entity for group in self.transactions if isinstance(group, PreparedWrites)]
        problems.note_all(idle_timestamp(self.timestamp, entities))
        return write_transaction(self, write_slots(self.transactions, self, target), problems)

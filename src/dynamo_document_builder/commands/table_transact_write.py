"""TableTransactWrite: write items of several entities and tables atomically."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.timestamps import unused_timestamp
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
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


@explain_unknown_options
@frozen(repr=False)
class TableTransactWrite(TransactWriteOptions):
    """
    Write 1 to 100 items of several entities atomically: DynamoDB applies all writes or none.

    - Send it with `table.send` for one table, or with `database.send` for several tables.
    - DynamoDB allows one operation per item and 4 MB per transaction, for all groups together.
    - The library retries a transaction that conflicts with another write, as `retry` allows. It never retries a failed
      condition.

    Cost: twice the cost of the same writes outside a transaction.

    AWS: [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        TableMismatchError: A group belongs to another table or database. Nothing was sent.
        TransactionCanceledError: DynamoDB cancelled the transaction. Nothing was written. `reasons` has one entry per
            operation, in the order of the groups.
        IdempotencyMismatchError: The token was already used for a different request. Nothing was written.
        TransactionInProgressError: A transaction with this token is still running; its outcome is not known yet.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response arrived. Send the command again with the `idempotency_token` of the error.
        ServiceError: DynamoDB refused the request. Nothing was written unless `outcome_unknown` is true.

    Example:
        >>> table.send(TableTransactWrite(transactions=[
        ...     users.prepare([Put(User("u4", "Dan"))]),
        ...     orders.prepare([Update(key={"order_id": "o1"}, updates={"status": "shipped"})]),
        ... ])).attempts
        1

    """

    __sent_by__: ClassVar[str] = "table"

    transactions: Sequence[WriteGroup] = field(converter=_groups)
    """The groups to write, each the result of `entity.prepare([...])` or a `Raw` operation."""

    def __flow__(self, target: Target, /) -> Flow[TransactWriteResult]:
        """Check the transaction, send it and read the response."""
        problems = Problems("TableTransactWrite")
        for group in self.transactions:
            check_reachable(problems, target, group)
        entities = [group.entity for group in self.transactions if isinstance(group, PreparedWrites)]
        problems.note_all(unused_timestamp(self.timestamp, entities))
        return write_transaction(self, write_slots(self.transactions, self, target), problems)

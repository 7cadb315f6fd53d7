"""TransactWrite: write several items of one entity atomically."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.timestamps import unused_timestamp
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.transactions.write import TransactWriteOptions, TransactWriteResult, write_transaction
from dynamo_document_builder.transactions.write_slots import PreparedWrites, write_slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


def _checked(writes: Any) -> tuple[Any, ...]:
    if isinstance(writes, WriteCommand) or not hasattr(writes, "__iter__"):
        raise UsageError("TransactWrite takes a list of writes: writes=[Put(...), Delete(...)]")
    checked = tuple(writes)
    for write in checked:
        if not isinstance(write, WriteCommand):
            raise UsageError(f"TransactWrite takes Put, Update, Delete and ConditionCheck, not {given_type(write)}")
    return checked


@built_at_once
@explain_unknown_options
@frozen(repr=False, slots=False)
class TransactWrite(TransactWriteOptions, Generic[S]):
    """
    Write 1 to 100 items of one entity atomically: DynamoDB applies all writes or none.

    - DynamoDB allows one operation per item and 4 MB per transaction.
    - The library retries a transaction that conflicts with another write, as `retry` allows. It never retries a failed
      condition.
    - To write several entities or tables, `prepare` the writes for a `TableTransactWrite`.

    Cost: twice the cost of the same writes outside a transaction.

    AWS: [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        TransactionCanceledError: DynamoDB cancelled the transaction. Nothing was written. `reasons` has one entry per
            operation, in order.
        IdempotencyMismatchError: The token was already used for a different request. Nothing was written.
        TransactionInProgressError: A transaction with this token is still running; its outcome is not known yet.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response arrived. Send the command again with the `idempotency_token` of the error.
        ServiceError: DynamoDB refused the request. Nothing was written unless `outcome_unknown` is true.

    Example:
        >>> users.send(TransactWrite(writes=[
        ...     ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"}),
        ...     Update(key={"user_id": "u1"}, updates={"balance": add(-30)}),
        ... ], idempotency_token="transfer-1")).idempotency_token
        'transfer-1'

    """

    writes: Sequence[WriteCommand[S]]
    """The operations: `Put`, `Update`, `Delete` and `ConditionCheck`."""

    # An attrs converter would hide the schema of the writes from type checkers.
    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "writes", _checked(self.writes))

    def __flow__(self, entity: EntityModel[S], /) -> Flow[TransactWriteResult]:
        """Check the transaction, send it and read the response."""
        slots = write_slots([PreparedWrites(entity, tuple(self.writes))], self)
        problems = Problems("TransactWrite")
        problems.note_all(unused_timestamp(self.timestamp, (entity,)))
        return write_transaction(self, slots, problems)

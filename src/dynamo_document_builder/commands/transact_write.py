"""TransactWrite: write several items of one entity, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.timestamps import idle_timestamp
from dynamo_document_builder.model.options.refuses_unknown import tells_options
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
@tells_options
@frozen(repr=False, slots=False)
class TransactWrite(TransactWriteOptions, Generic[S]):
    """
    Write 1 to 100 items of one entity, all or none.

    One operation per item, 4 MB in all. Each costs twice what it would alone.
    For items of several entities or tables, `prepare` the writes for a `TableTransactWrite`.

    Raises:
        UsageError: it cannot be sent, with every finding in `problems`; nothing was sent.
        TransactionCanceledError: nothing was written; `reasons` has one entry per operation, in order.
        IdempotencyMismatchError: the token was used with another request; nothing was written now.
        OutcomeUnknownError: no answer came; send again with its `idempotency_token`.

    Example:
        >>> users.send(TransactWrite(writes=[
        ...     ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"}),
        ...     Update(key={"user_id": "u1"}, updates={"balance": add(-30)}),
        ... ], idempotency_token="transfer-1")).idempotency_token
        'transfer-1'

    """

    writes: Sequence[WriteCommand[S]]
    """The operations, at most 100, each on another item."""

    # No converter: it would hide from type checkers whose items the writes are of.
    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "writes", _checked(self.writes))

    def __flow__(self, entity: EntityModel[S], /) -> Flow[TransactWriteResult]:
        """Check it, send it, read the answer."""
        slots = write_slots([PreparedWrites(entity, tuple(self.writes))], self)
        problems = Problems("TransactWrite")
        problems.note_all(idle_timestamp(self.timestamp, (entity,)))
        return write_transaction(self, slots, problems)

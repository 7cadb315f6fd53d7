"""Committing a changeset: one transaction, refused in the terms of the edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from attrs import evolve, field, frozen

from dynamo_document_builder.changesets.stale import stale_error
from dynamo_document_builder.changesets.stored_forms import stored_otherwise
from dynamo_document_builder.errors import OutcomeUnknownError, TransactionCanceledError
from dynamo_document_builder.model.options.retrying import RetryOptions
from dynamo_document_builder.transactions.write import TransactWriteResult
from dynamo_document_builder.wire.request import ResponseMetadata

if TYPE_CHECKING:
    from dynamo_document_builder.changesets.stored_forms import Forms
    from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.wire.flow import Flow


_FORMS: Final = 4
"""Times that a commit is sent at most: other programs may store an item in another form again and again."""


@frozen(kw_only=True, repr=False)
class Commit(RetryOptions):
    """Applies a changeset, whole."""

    __sent_by__: ClassVar[str] = "table"

    changeset: Any
    forms: Forms = field(factory=dict[int, Any], repr=False)
    """The stored form of items that another program has stored in another form than the library writes."""

    def __flow__(self, target: Target, /) -> Flow[TransactWriteResult]:
        """
        Send the transaction, and say of a refusal which edits came too late; without edits, send nothing.

        Items may be those that were read, and stored in another form, such as a time with another zone. Then the
        transaction is sent again, and depends on that form.
        """
        if not self.changeset.edits:
            return TransactWriteResult(idempotency_token="", response_metadata=ResponseMetadata(attempts=0))
        forms, times = self.forms, 0
        while True:
            try:
                return (yield from self._sent(target, forms))
            except TransactionCanceledError as error:
                times += 1
                known = {**forms, **stored_otherwise(self.changeset.edits, error)}
                if known == forms or times == _FORMS:
                    raise stale_error(self.changeset.edits, error) or error from error.__cause__
            forms = known

    def _sent(self, target: Target, forms: Forms) -> Flow[TransactWriteResult]:
        command: TableTransactWrite = self.changeset.command_for(forms)
        try:
            return (yield from command.__flow__(target))
        except OutcomeUnknownError as error:
            error.command = evolve(self, forms=forms)
            raise

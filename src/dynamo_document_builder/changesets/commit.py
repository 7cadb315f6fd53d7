"""Committing a changeset: one transaction, refused in the terms of the edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from dynamo_document_builder.changesets.forms import stored_otherwise
from dynamo_document_builder.changesets.stale import stale_error
from dynamo_document_builder.errors import OutcomeUnknownError, TransactionCanceledError
from dynamo_document_builder.model.patience import PatientOptions

if TYPE_CHECKING:
    from dynamo_document_builder.changesets.forms import Forms
    from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
    from dynamo_document_builder.model.protocols import Target
    from dynamo_document_builder.transactions.write import TransactWriteResult
    from dynamo_document_builder.wire.flow import Flow


@frozen(kw_only=True, repr=False)
class Commit(PatientOptions):
    """Applies a changeset, whole."""

    sent_by: ClassVar[str] = "table"

    changeset: Any

    def flow(self, target: Target, /) -> Flow[TransactWriteResult]:
        """
        Send the transaction, and say of a refusal which edits came too late.

        It is sent once more where the items are those that were read, and another program has stored them in another
        form, such as a time with another zone: then it depends on that form.
        """
        try:
            return (yield from self._sent(target, {}))
        except TransactionCanceledError as error:
            forms = stored_otherwise(self.changeset.edits, error)
            if not forms:
                raise stale_error(self.changeset.edits, error) or error from error.__cause__
        try:
            return (yield from self._sent(target, forms))
        except TransactionCanceledError as error:
            raise stale_error(self.changeset.edits, error) or error from error.__cause__

    def _sent(self, target: Target, forms: Forms) -> Flow[TransactWriteResult]:
        command: TableTransactWrite = self.changeset.command_for(forms)
        try:
            return (yield from command.flow(target))
        except OutcomeUnknownError as error:
            error.command = self
            raise

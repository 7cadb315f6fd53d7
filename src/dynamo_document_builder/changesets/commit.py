"""The flow that commits a changeset as one transaction, and reports a failure in terms of the edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from attrs import evolve, field, frozen

from dynamo_document_builder.changesets.edits import operations
from dynamo_document_builder.changesets.item_values import stored_fields
from dynamo_document_builder.changesets.stale import stale_changeset_error
from dynamo_document_builder.errors import OutcomeUnknownError, TransactionCanceledError
from dynamo_document_builder.model.options.retrying import RetryOptions
from dynamo_document_builder.transactions.write import TransactWriteResult
from dynamo_document_builder.wire.request import ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.changesets.edits import Edit
    from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
    from dynamo_document_builder.errors import CancellationReason
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.wire.flow import Flow

Forms: TypeAlias = Mapping[int, Mapping[str, Any]]
"""The stored forms of the items of some edits, in DynamoDB JSON, by the index of the edit."""

_MAX_ATTEMPTS: Final = 4
"""The maximum number of times that a commit is sent, because other programs can change stored forms repeatedly."""


@frozen(kw_only=True, repr=False)
class Commit(RetryOptions):
    """The command that applies all edits of a changeset."""

    __sent_by__: ClassVar[str] = "table"

    changeset: Any
    forms: Forms = field(factory=dict[int, Any], repr=False)
    """The stored forms of items that another program stored in another form than the library writes."""

    def __flow__(self, target: Target, /) -> Flow[TransactWriteResult]:
        """
        Send the transaction. Raise an error that names the stale edits if it is cancelled. Without edits, send nothing.

        An item can be unchanged and still stored in another form than the library writes, such as a `datetime` in
        another timezone. Then the transaction is sent again, with conditions on that form.
        """
        if not self.changeset.edits:
            return TransactWriteResult(idempotency_token="", response_metadata=ResponseMetadata(attempts=0))
        forms, attempts = self.forms, 0
        while True:
            try:
                return (yield from self._send(target, forms))
            except TransactionCanceledError as error:
                attempts += 1
                known = {**forms, **_other_forms(self.changeset.edits, error)}
                if known == forms or attempts == _MAX_ATTEMPTS:
                    raise stale_changeset_error(self.changeset.edits, error) or error from error.__cause__
            forms = known

    def _send(self, target: Target, forms: Forms) -> Flow[TransactWriteResult]:
        command: TableTransactWrite = self.changeset.command_for(forms)
        try:
            return (yield from command.__flow__(target))
        except OutcomeUnknownError as error:
            error.command = evolve(self, forms=forms)
            raise


def _other_forms(edits: Sequence[Edit], error: TransactionCanceledError) -> Forms:
    """Return the stored form of each item that cancelled the transaction; empty if one of them has changed."""
    written = operations(edits)
    if len(written) != len(error.reasons):
        return {}
    forms: dict[int, Mapping[str, Any]] = {}
    for reason in error.failures:
        index, is_new = written[reason.index]
        if is_new or not _is_unchanged(edits[index], reason):
            return {}
        forms[index] = reason.raw_item or {}
    return forms


def _is_unchanged(edit: Edit, reason: CancellationReason) -> bool:
    if reason.code != "ConditionalCheckFailed" or reason.item is None:
        return False
    return stored_fields(edit.entity, reason.item) == stored_fields(edit.entity, edit.base)

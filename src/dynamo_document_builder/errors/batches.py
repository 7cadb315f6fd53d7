"""The error for a batch that was not completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from dynamo_document_builder.errors.general import DocumentBuilderError, UsageError
from dynamo_document_builder.errors.recipients import check_recipient
from dynamo_document_builder.errors.texts import given_type

if TYPE_CHECKING:
    from dynamo_document_builder.errors.recipients import HasModel, SentCommand

R = TypeVar("R")
To = TypeVar("To")


class BatchIncompleteError(DocumentBuilderError):
    """
    A batch ended before all of its items were processed. Items that were written stay written.

    `unprocessed` has the items that were not processed, ready to be sent again. `result` has what was processed.
    `__cause__` is the error that ended the batch; `None` if DynamoDB kept returning the same unprocessed items.
    """

    command_sent: Any = None
    """The command that was sent."""

    def __init__(self, text: str, *, result: Any = None, sent_to: str | None = None, command_name: str = "") -> None:
        super().__init__(text)
        self.result = result
        """The result of the processed part, of the same class as the result of a complete batch."""
        self.unprocessed: Any = getattr(result, "unprocessed", None)
        """A command with the unprocessed items. Send it again; `None` if there is no result."""
        self.sent_to = sent_to
        """The entity, table or database that the batch was sent to, as error texts name it."""
        self.command_name = command_name
        """The class name of the command."""

    @overload
    def result_of(self, sent_to: HasModel[To], command: SentCommand[To, R], /) -> R: ...
    @overload
    def result_of(self, sent_to: To, command: SentCommand[To, R], /) -> R: ...
    def result_of(self, sent_to: Any, command: Any, /) -> Any:
        """
        Return `result` with its static type.

        Args:
            sent_to: The entity, table or database that the batch was sent to.
            command: The batch.

        Raises:
            UsageError: The error belongs to another command, or to another entity, table or database.

        """
        check_recipient("result_of", "an entity, a table or a database", self.sent_to, sent_to)
        original: Any = self.command_sent
        if type(command).__name__ != self.command_name or (
            original is not None and original is not command and original != command
        ):
            raise UsageError(
                f"result_of(..., {given_type(command)}): this error is about another {self.command_name}; pass that"
            )
        return self.result

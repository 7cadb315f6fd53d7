"""A batch that was not done whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from dynamo_document_builder.errors.general import DocumentBuilderError, UsageError
from dynamo_document_builder.errors.sent_to import check_sent_to
from dynamo_document_builder.errors.texts import given_type

if TYPE_CHECKING:
    from dynamo_document_builder.errors.sent_to import OfModel, Sent

R = TypeVar("R")
To = TypeVar("To")


class BatchIncompleteError(DocumentBuilderError):
    """
    A batch ended before all of it was done. What was done stays done; sending the rest again is safe.

    `__cause__` is the error that ended it, `None` if DynamoDB kept answering that it did nothing.
    """

    command_sent: Any = None
    """The batch; a copy of the error has it, too."""

    def __init__(self, text: str, *, result: Any = None, sent_to: str | None = None, command_name: str = "") -> None:
        super().__init__(text)
        self.result = result
        self.unprocessed: Any = getattr(result, "unprocessed", None)
        self.sent_to = sent_to
        """The entity, table or database that the batch was sent to, in words."""
        self.command_name = command_name
        """The name of the batch's class."""

    @overload
    def result_of(self, sent_to: OfModel[To], command: Sent[To, R], /) -> R: ...
    @overload
    def result_of(self, sent_to: To, command: Sent[To, R], /) -> R: ...
    def result_of(self, sent_to: Any, command: Any, /) -> Any:
        """
        Return `result` with its type: that of what *command* returns where it is sent to *sent_to*.

        Raises:
            UsageError: another command ended this way, or it was sent to another entity, table or database.

        """
        check_sent_to("result_of", "an entity, a table or a database", self.sent_to, sent_to)
        kept: Any = self.command_sent
        if type(command).__name__ != self.command_name or (
            kept is not None and kept is not command and kept != command
        ):
            raise UsageError(
                f"result_of(..., {given_type(command)}): this error is about another {self.command_name}; pass that"
            )
        return self.result

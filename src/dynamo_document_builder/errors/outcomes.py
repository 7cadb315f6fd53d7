"""Errors after which a write may or may not have been applied, and the way to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

from dynamo_document_builder.errors.general import DocumentBuilderError, UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable


class Resolution(Struct, frozen=True, kw_only=True):
    """The outcome of a transaction that is now known to be applied exactly once."""

    applied: Literal["before", "now"] | None
    """
    The time when the transaction was applied: "before" `resolve` sent it again, or "now".

    The library reads this from the capacity that DynamoDB reports: write units if it applies the transaction, read
    units if it had applied the transaction before. `None` means that it reported neither, as test engines do. If
    `attempts` is more than 1, "before" can also mean an earlier attempt of the same `resolve`.
    """
    idempotency_token: str
    """The token that the transaction was sent with."""
    attempts: int = 1
    """The number of requests that `resolve` made."""


class OutcomeResolver(Protocol):
    """Sends a transaction again to find out its outcome."""

    def run(self, timeout: float | None) -> Resolution:
        """Send the transaction again and return its outcome."""
        ...

    def arun(self, timeout: float | None) -> Awaitable[Resolution]:
        """Do what `run` does, without blocking the event loop."""
        ...


class Resolvable:
    """Adds `resolve` to errors after which a write may or may not have been applied."""

    __replay__: Any = None
    """The flow that sends the transaction again; the facade turns it into a `__resolver__`."""
    __resolver__: OutcomeResolver | None = None

    def resolve(self, *, timeout: float | None = None) -> Resolution:
        """
        Find out the outcome of a transaction by sending it again with the same idempotency token.

        When `resolve` returns, the transaction is applied exactly once, and the result says when. If it had been
        applied before, DynamoDB charges read units only. It keeps a token for ten minutes: call `resolve` within them.

        Args:
            timeout: Seconds until `resolve` gives up. Default: no limit.

        Raises:
            TransactionCanceledError: The transaction was not applied, and cannot be applied now. Nothing was written.
            OutcomeUnknownError: The outcome is still unknown: no answer came this time either, or other transactions
                hold the items. Call `resolve` again.
            UsageError: The request cannot be sent again: it is not a transaction, or it is too old. Nothing was sent.

        Example:
            >>> from dynamo_document_builder.testing import ScriptedTransport, lose_answer
            >>> transport = ScriptedTransport(lose_answer(), then=BotocoreTransport(boto3.client("dynamodb")))
            >>> table.connect(transport=transport)
            >>> try:
            ...     users.send(TransactWrite([Put(User("u1", "Alice"))]))
            ... except OutcomeUnknownError as error:
            ...     print(error.resolve().attempts)
            1

        """
        return self._found_resolver().run(timeout)

    async def aresolve(self, *, timeout: float | None = None) -> Resolution:  # noqa: ASYNC109  as resolve
        """Do what `resolve` does, without blocking the event loop."""
        return await self._found_resolver().arun(timeout)

    @property
    def is_open(self) -> bool:
        """True if a write may have been applied."""
        return True

    def _found_resolver(self) -> OutcomeResolver:
        error: Any = self
        operation, token = error.operation, error.idempotency_token
        if not self.is_open:
            raise UsageError(f"{operation}: DynamoDB reported the outcome, so there is nothing to resolve")
        if self.__resolver__ is not None:
            return self.__resolver__
        if token is None:
            raise UsageError(
                f"{operation} has no idempotency token, so sending it again may apply it twice; nothing was sent. "
                "Read the item with consistent=True to see whether it was applied, or write it as a TransactWrite, "
                "which can be resolved"
            )
        raise UsageError(
            f"{operation}: this error was pickled or copied, away from the connection it came through; nothing was "
            f"sent. Send the same command again with idempotency_token={token!r}"
        )


class OutcomeUnknownError(Resolvable, DocumentBuilderError):
    """
    No answer came after a write was sent. The write may or may not have been applied.

    For a transaction, call `resolve()` to find out: it sends the transaction again with the same `idempotency_token`.
    For any other write, read the item with `consistent=True` before you write again.
    """

    def __init__(
        self, text: str, *, operation: str = "", idempotency_token: str | None = None, command: Any = None
    ) -> None:
        super().__init__(text)
        self.operation = operation
        """The DynamoDB operation: `PutItem`, `TransactWriteItems`, ..."""
        self.idempotency_token = idempotency_token
        """The token that a transaction was sent with; `None` for other writes."""
        self.command = command
        """The command that was sent."""

    def with_command(self, command: object, idempotency_token: str | None = None) -> OutcomeUnknownError:
        """Set the command and the token that makes it safe to send the command again, and return the error."""
        self.command = command
        self.idempotency_token = idempotency_token
        return self

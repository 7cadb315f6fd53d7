"""Errors that leave open whether a write was applied, and how to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

from dynamo_document_builder.errors.general import DocumentBuilderError, UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable


class Resolution(Struct, frozen=True, kw_only=True):
    """What became of a transaction: it is applied, once."""

    applied: Literal["before", "now"] | None
    """
    Whether it had been applied before it was sent again, or was applied by that.

    DynamoDB tells by the capacity it reports: write units for what it applies, read units for what it has applied
    before. `None`: it reported neither, as engines for tests do. With more than one of `attempts`, "before" may be an
    earlier one of these.
    """
    idempotency_token: str
    """The token that the transaction was sent with."""
    attempts: int = 1
    """Requests that were made to find out."""


class Resolver(Protocol):
    """Sends a transaction again, to find out what became of it."""

    def run(self, timeout: float | None) -> Resolution:
        """Do so, and say what was found."""
        ...

    def arun(self, timeout: float | None) -> Awaitable[Resolution]:
        """Do the same without blocking."""
        ...


class Resolvable:
    """What an error can do that may leave it open whether a write was applied."""

    replay: Any = None
    """What asks again, of a transaction; it is played by whoever sent it."""
    resolver: Resolver | None = None

    def resolve(self, *, timeout: float | None = None) -> Resolution:
        """
        Find out what became of a transaction: send it again, with the same token, within ten minutes.

        Afterwards it is applied, once, and the result says whether that happened before or now. `timeout` is in
        seconds.

        Raises:
            TransactionCanceledError: it was not applied before, and cannot be now; nothing was written.
            OutcomeUnknownError: it is not known yet, as no answer came this time either, or others hold the items. It
                can be resolved again.
            UsageError: there is nothing to send again: it is no transaction, or too old. Nothing was sent.

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
        """Whether a write may have been applied."""
        return True

    def _found_resolver(self) -> Resolver:
        error: Any = self
        operation, token = error.operation, error.idempotency_token
        if not self.is_open:
            raise UsageError(f"{operation}: DynamoDB said what happened, so there is nothing to resolve")
        if self.resolver is not None:
            return self.resolver
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
    No answer came after a write was sent: it may have been applied, or not.

    A transaction has an `idempotency_token`, and `resolve()` finds out. Without one, read the item before writing
    again.
    """

    def __init__(
        self, text: str, *, operation: str = "", idempotency_token: str | None = None, command: Any = None
    ) -> None:
        super().__init__(text)
        self.operation = operation
        """DynamoDB's name of the request: `PutItem`, `TransactWriteItems`, ..."""
        self.idempotency_token = idempotency_token
        """The token that a transaction was sent with; `None` for other writes."""
        self.command = command
        """The command that was sent."""

    def about(self, command: object, idempotency_token: str | None = None) -> OutcomeUnknownError:
        """Add what the caller needs to find out: the command, and the token that makes sending it again safe."""
        self.command = command
        self.idempotency_token = idempotency_token
        return self

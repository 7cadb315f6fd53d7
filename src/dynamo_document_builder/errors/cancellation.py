"""The error for a cancelled transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors.service import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.errors.findings import Fault
    from dynamo_document_builder.errors.reasons import CancellationReason


class TransactionCanceledError(ServiceError):
    """
    DynamoDB cancelled a transaction. Nothing was written.

    `reasons` has one entry for each operation, in order. It is empty if DynamoDB sent no list of reasons.
    """

    def __init__(
        self,
        text: str,
        *,
        fault: Fault | None = None,
        reasons: Iterable[CancellationReason] = (),
        idempotency_token: str | None = None,
    ) -> None:
        super().__init__(text, fault=fault, idempotency_token=idempotency_token)
        self.reasons = tuple(reasons)
        """One entry for each operation, in order; empty if DynamoDB sent no list of reasons."""

    @property
    def failures(self) -> tuple[CancellationReason, ...]:
        """The reasons of the operations that failed."""
        return tuple(reason for reason in self.reasons if reason.failed)

    @property
    def stale(self) -> tuple[CancellationReason, ...]:
        """The reasons of the operations that failed because their item was changed after it was read."""
        return tuple(reason for reason in self.reasons if reason.stale)

    @property
    def by_label(self) -> dict[str, CancellationReason]:
        """The reasons of the labelled operations."""
        return {reason.label: reason for reason in self.reasons if reason.label is not None}

    def reason_for(self, command: object) -> CancellationReason:
        """
        Return the reason for this command object.

        Commands are compared by identity, because a transaction may contain equal commands.

        Raises:
            KeyError: The transaction does not contain this object.

        """
        for reason in self.reasons:
            if reason.command is command:
                return reason
        raise KeyError("this command is not one of the cancelled transaction's operations")

    @property
    def retryable(self) -> bool:
        """True if every operation that failed did so because of contention or throttling."""
        return bool(self.failures) and all(reason.retryable for reason in self.failures)

    @property
    def is_validation(self) -> bool:
        """True if every operation that failed did so because DynamoDB rejected it as invalid."""
        failures = self.failures
        return bool(failures) and all(reason.code == "ValidationError" for reason in failures)

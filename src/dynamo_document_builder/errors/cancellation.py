"""A cancelled transaction, and what stood in the way of each of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors.service import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.errors.findings import Fault
    from dynamo_document_builder.errors.reasons import CancellationReason


class TransactionCanceledError(ServiceError):
    """
    A transaction was cancelled. Nothing was written.

    `reasons` has one entry per operation, in order. It is empty when DynamoDB sent no usable list.
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
        """One entry for each operation, in order; empty if DynamoDB sent no usable list."""

    @property
    def failures(self) -> tuple[CancellationReason, ...]:
        """The reasons of the operations that were not fine."""
        return tuple(reason for reason in self.reasons if reason.failed)

    @property
    def stale(self) -> tuple[CancellationReason, ...]:
        """The reasons of the operations whose items were changed since they were read."""
        return tuple(reason for reason in self.reasons if reason.stale)

    @property
    def by_label(self) -> dict[str, CancellationReason]:
        """The reasons of the labelled operations."""
        return {reason.label: reason for reason in self.reasons if reason.label is not None}

    def reason_for(self, command: object) -> CancellationReason:
        """Return the reason of this very command object; equal commands are told apart."""
        for reason in self.reasons:
            if reason.command is command:
                return reason
        raise KeyError("this command is not one of the cancelled transaction's operations")

    @property
    def retryable(self) -> bool:
        """Whether contention or throttling is all that stood in the way."""
        return bool(self.failures) and all(reason.retryable for reason in self.failures)

    @property
    def is_validation(self) -> bool:
        """Whether invalid operations are all that stood in the way."""
        failures = self.failures
        return bool(failures) and all(reason.code == "ValidationError" for reason in failures)

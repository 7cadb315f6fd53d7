"""Send a transactional write, and turn an error of DynamoDB into one about the caller's command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import (
    IdempotencyMismatchError,
    OutcomeUnknownError,
    ServiceError,
    TransactionCanceledError,
    TransactionInProgressError,
)
from dynamo_document_builder.model.managed.timestamps import Timestamped, timestamp_fields
from dynamo_document_builder.wire.flow import Flow, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.managed.expected_state import VersionGuard
    from dynamo_document_builder.transactions.write_slots import Slot
    from dynamo_document_builder.wire.request import Request, Response


class Sent(Struct, frozen=True, eq=False):
    """A transaction that was sent: its request, and the command and operations that it was built from."""

    request: Request
    command: Any
    slots: Sequence[Slot]
    guards: Sequence[VersionGuard | None]
    """The version that each operation expects, if it expects one."""
    token: str | None
    what: str

    __repr__ = object.__repr__  # the default one would show whole items


def send_once(request: Request, sent: Sent) -> Flow[Response]:
    """Send the request of a transaction, or another request with the same effect."""
    token, what = sent.token, sent.what
    try:
        return (yield from ask(request))
    except TransactionCanceledError as error:
        raise _canceled(error, sent) from error.__cause__
    except OutcomeUnknownError as error:
        error.__replay__ = sent
        raise error.with_command(sent.command, token) from error.__cause__
    except TransactionInProgressError as error:
        text = f"{what}: token {token!r} is still running; its outcome is unknown until it is sent again"
        running = TransactionInProgressError(text, fault=error.fault, idempotency_token=token)
        running.__replay__ = sent
        raise running from error.__cause__
    except IdempotencyMismatchError as error:
        text = (
            f"{what}: token {token!r} was used with another request in the last ten minutes; nothing was written now"
            f"{_timestamp_hint(sent)}"
        )
        raise IdempotencyMismatchError(text, fault=error.fault, idempotency_token=token) from error.__cause__
    except ServiceError as error:
        error.idempotency_token, error.__replay__ = token, sent
        raise


def _timestamp_hint(sent: Sent) -> str:
    """Return a hint that the timestamp is a part of the request, if that may be the difference."""
    dated = [slot for slot in sent.slots if isinstance(slot.command, Timestamped)]
    undated = [slot for slot in dated if sent.command.timestamp is None and slot.command.timestamp is None]
    names = [name for slot in undated or dated if slot.entity is not None for name in timestamp_fields(slot.entity)]
    if not names:
        return ""
    fields = " and ".join(map(repr, dict.fromkeys(names)))
    if not undated:
        return f". The request contains the value of timestamp= in {fields}: pass the same timestamp= to both"
    return (
        f". The request contains the time at which it was built, in {fields}: a transaction that is built again is "
        "another request. Pass the same timestamp= to both"
    )


def _canceled(error: TransactionCanceledError, sent: Sent) -> TransactionCanceledError | OutcomeUnknownError:
    from dynamo_document_builder.transactions.cancellation import canceled  # noqa: PLC0415  lazy import: only an error path needs it

    cancellation = canceled(error, sent.what, sent.slots, sent.token, sent.guards)
    if error.fault.maybe_applied and is_inconclusive(cancellation):
        return outcome_unknown(sent, "no answer came at first, and when it was sent again other writes held its items")
    return cancellation


def is_inconclusive(error: TransactionCanceledError) -> bool:
    """
    Return True if a cancellation does not tell whether an earlier attempt was applied: a conflict, or no reasons.

    A false condition does tell: DynamoDB evaluates no conditions if the token was applied before.
    """
    return error.retryable or not error.failures


def outcome_unknown(sent: Sent, why: str) -> OutcomeUnknownError:
    """Return the error for a transaction that may have been applied."""
    text = f"{sent.what}: {why}; whether it was applied is unknown"
    error = OutcomeUnknownError(text, operation=sent.request.operation)
    error.__replay__ = sent
    return error.with_command(sent.command, sent.token)

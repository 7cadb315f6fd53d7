"""A transactional write on its way: what DynamoDB says of it, in the caller's terms."""

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
    """A transaction as it was sent, and what is known of it beside the request."""

    request: Request
    command: Any
    slots: Sequence[Slot]
    guards: Sequence[VersionGuard | None]
    """The version that each operation is for."""
    token: str | None
    what: str

    __repr__ = object.__repr__  # it holds whole items


def sent_once(request: Request, sent: Sent) -> Flow[Response]:
    """Send a transaction, with the request it was made for or one of the same meaning."""
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
            f"{_about_moments(sent)}"
        )
        raise IdempotencyMismatchError(text, fault=error.fault, idempotency_token=token) from error.__cause__
    except ServiceError as error:
        error.idempotency_token, error.__replay__ = token, sent
        raise


def _about_moments(sent: Sent) -> str:
    """Say that the moment of a transaction is a part of its request, if that may be what differs."""
    dated = [slot for slot in sent.slots if isinstance(slot.command, Timestamped)]
    undated = [slot for slot in dated if sent.command.timestamp is None and slot.command.timestamp is None]
    names = [name for slot in undated or dated if slot.entity is not None for name in timestamp_fields(slot.entity)]
    if not names:
        return ""
    fields = " and ".join(map(repr, dict.fromkeys(names)))
    if not undated:
        return f". The request holds the moment that timestamp= gave, in {fields}: give both the same timestamp="
    return (
        f". The request holds the moment at which it was built, in {fields}: a transaction that is built again is "
        "another request. Give both the same timestamp="
    )


def _canceled(error: TransactionCanceledError, sent: Sent) -> TransactionCanceledError | OutcomeUnknownError:
    from dynamo_document_builder.transactions.cancellation import canceled  # noqa: PLC0415  no cold start pays for it

    told = canceled(error, sent.what, sent.slots, sent.token, sent.guards)
    if error.fault.maybe_applied and says_nothing(told):
        return unknown(sent, "no answer came at first, and when it was sent again others held its items")
    return told


def says_nothing(error: TransactionCanceledError) -> bool:
    """
    Tell whether a cancellation says nothing of an earlier attempt: others were in the way, or no reason came.

    A condition that is false, as DynamoDB sees it, was not looked at if the token had been applied before.
    """
    return error.retryable or not error.failures


def unknown(sent: Sent, why: str) -> OutcomeUnknownError:
    """Return the error of a transaction that may have been applied."""
    text = f"{sent.what}: {why}; whether it was applied is unknown"
    error = OutcomeUnknownError(text, operation=sent.request.operation)
    error.__replay__ = sent
    return error.with_command(sent.command, sent.token)

"""Why a transaction was cancelled, in the terms of the commands it was made of."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw as RawJson
from msgspec import UnsetType

from dynamo_document_builder.errors import TransactionCanceledError
from dynamo_document_builder.errors.reasons import CancellationReason
from dynamo_document_builder.errors.recipients import recipient_text
from dynamo_document_builder.errors.throttling import throttling_reasons
from dynamo_document_builder.model.reading.readable import readable
from dynamo_document_builder.model.writing.returned_items import ReturnedItem, decode_returned, raw_item
from dynamo_document_builder.model.writing.verdicts import failed_clauses
from dynamo_document_builder.wire.json.decoders import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.managed.expected_state import VersionGuard
    from dynamo_document_builder.transactions.write_slots import Slot


class _Reason(msgspec.Struct):
    code: str | None = msgspec.field(name="Code", default=None)
    message: str | None = msgspec.field(name="Message", default=None)
    item: RawJson | UnsetType = msgspec.field(name="Item", default=msgspec.UNSET)


class _Canceled(msgspec.Struct):
    reasons: list[RawJson] = msgspec.field(name="CancellationReasons", default_factory=list[RawJson])


def canceled(
    error: TransactionCanceledError,
    what: str,
    slots: Sequence[Slot],
    token: str | None = None,
    guards: Sequence[VersionGuard | None] = (),
) -> TransactionCanceledError:
    """Return the error with one reason per operation, each about its own command, entity, key and item."""
    found = _reasons(error.fault.body)
    if len(found) != len(slots):
        # Never lined up by guess: a reason under the wrong operation is worse than none.
        text = f"{what} was cancelled, nothing was written; DynamoDB gave no reason per operation"
        return TransactionCanceledError(text, fault=error.fault, idempotency_token=token)
    each = zip_longest(slots, found, guards)
    reasons = [_reason(index, slot, raw, guard) for index, (slot, raw, guard) in enumerate(each)]
    return TransactionCanceledError(_text(what, reasons), fault=error.fault, reasons=reasons, idempotency_token=token)


def _reasons(body: bytes) -> list[bytes]:
    try:
        found = [bytes(one) for one in decode(body, _Canceled).reasons]
        for one in found:
            decode(one, _Reason)
    except msgspec.DecodeError:  # the cancellation stands, whatever its body looks like
        return []
    return found


def _reason(index: int, slot: Slot, raw: bytes, guard: VersionGuard | None) -> CancellationReason:
    given = decode(raw, _Reason)
    found = _returned(slot, given.item)
    item = raw_item(given.item)
    false = given.code == "ConditionalCheckFailed"
    return CancellationReason(
        index=index,
        code="None" if given.code is None else given.code,
        message=given.message,
        command=slot.command,
        name=slot.name,
        label=slot.label,
        entity=None if slot.entity is None else slot.entity.name,
        sent_to=recipient_text(slot.entity),
        key=slot.key,
        item=found.item,
        raw_item=item,
        item_error=found.error,
        expected_version=None if guard is None else guard.expected,
        stored_version=None if guard is None else guard.stored(item),
        stale=guard is not None and false and guard.refuses(item),
        throttling_reasons=throttling_reasons(raw),
        failed_clauses=failed_clauses(slot.command, slot.entity, item) if false and slot.entity is not None else (),
    )


def _returned(slot: Slot, raw: RawJson | UnsetType) -> ReturnedItem[Any]:
    if slot.entity is not None:
        return decode_returned(slot.entity, raw)
    stored = raw_item(raw)
    return ReturnedItem(None if stored is None else {name: readable(value) for name, value in stored.items()})


def _text(what: str, reasons: Sequence[CancellationReason]) -> str:
    failures = [reason for reason in reasons if reason.failed]
    lines = "".join(f"\n  {reason}" for reason in failures)
    return f"{what} was cancelled, nothing was written: {len(failures)} of {len(reasons)} operations failed{lines}"

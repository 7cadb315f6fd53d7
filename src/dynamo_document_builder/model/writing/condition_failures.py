"""The error of a write whose condition was false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import ConditionFailedError, StaleVersionError
from dynamo_document_builder.errors.recipients import recipient_text
from dynamo_document_builder.errors.texts import describe_item, failed_clauses_text, stale_text
from dynamo_document_builder.model.writing.returned_items import decode_returned, raw_item
from dynamo_document_builder.wire.json.decoders import decode

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.expected_state import VersionGuard


class _Refusal(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET


def condition_failed(
    error: ConditionFailedError, command: Any, entity: EntityModel[Any], guard: VersionGuard | None
) -> ConditionFailedError:
    """Return the error with the command, the entity, the stored item and the failed clauses."""
    facts = _facts(error, command, entity)
    what = f"{type(command).__name__} {describe_item(entity.name, entity.shown_key(command.__subject__))}"
    if guard is not None and guard.refuses(facts["raw_item"]):
        return _stale(error, what, guard, facts)
    retried = " (the SDK sent it more than once: an earlier attempt may have been applied)"
    false = f"the condition was false, nothing was written{failed_clauses_text(facts['failed_clauses'])}"
    return ConditionFailedError(f"{what}: {false}{retried if error.after_retry else ''}", **facts)


def _facts(error: ConditionFailedError, command: Any, entity: EntityModel[Any]) -> dict[str, Any]:
    # Lazy import: only an error path needs it.
    from dynamo_document_builder.model.writing.verdicts import failed_clauses  # noqa: PLC0415

    response = _decoded(error.fault.body)
    raw = msgspec.UNSET if response is None else response.item
    found, item = decode_returned(entity, raw), raw_item(raw)
    return {
        "fault": error.fault,
        "command": command,
        "sent_to": recipient_text(entity),
        "item": found.item,
        "raw_item": item,
        "item_error": found.error,
        # If the response cannot be read, a missing item does not mean that the item does not exist.
        "failed_clauses": () if response is None else failed_clauses(command, entity, item),
    }


def _stale(error: ConditionFailedError, what: str, guard: VersionGuard, facts: dict[str, Any]) -> StaleVersionError:
    version = guard.stored(facts["raw_item"])
    text = f"{what}: {stale_text(guard.expected, version, facts['raw_item'])}, nothing was written: read it again"
    if error.after_retry:
        applied = ", and the version is the one it writes" if version == guard.expected + 1 else ""
        text += f" (the SDK sent it more than once{applied}: an earlier attempt may have been applied)"
    return StaleVersionError(text, expected_version=guard.expected, stored_version=version, **facts)


def _decoded(body: bytes) -> _Refusal | None:
    try:
        return decode(body, _Refusal)
    except msgspec.DecodeError:  # DynamoDB refused the write even if the body of the response cannot be read
        return None

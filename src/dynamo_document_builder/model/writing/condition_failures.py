"""What to say of a write whose condition was false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import ConditionFailedError, StaleVersionError
from dynamo_document_builder.errors.recipients import recipient_text
from dynamo_document_builder.errors.texts import describe_item, failed_clauses_text, stale_text
from dynamo_document_builder.model.writing.returned import raw_item, returned
from dynamo_document_builder.wire.json.decoders import decode

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.guard import Guard


class _Refusal(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET


def condition_failed(
    error: ConditionFailedError, command: Any, entity: EntityModel[Any], guard: Guard | None
) -> ConditionFailedError:
    """Say in the caller's terms whose condition failed, with the item as it was."""
    facts = _facts(error, command, entity)
    what = f"{type(command).__name__} {describe_item(entity.name, entity.shown_key(command.__subject__))}"
    if guard is not None and guard.refuses(facts["raw_item"]):
        return _stale(error, what, guard, facts)
    retried = " (the SDK sent it more than once: an earlier attempt may have been applied)"
    false = f"the condition was false, nothing was written{failed_clauses_text(facts['failed_clauses'])}"
    return ConditionFailedError(f"{what}: {false}{retried if error.after_retry else ''}", **facts)


def _facts(error: ConditionFailedError, command: Any, entity: EntityModel[Any]) -> dict[str, Any]:
    from dynamo_document_builder.model.writing.verdicts import failed_clauses  # noqa: PLC0415  no cold start pays for it

    answer = _answer(error.fault.body)
    raw = msgspec.UNSET if answer is None else answer.item
    found, item = returned(entity, raw), raw_item(raw)
    return {
        "fault": error.fault,
        "command": command,
        "sent_to": recipient_text(entity),
        "item": found.item,
        "raw_item": item,
        "item_error": found.error,
        # Of an answer that cannot be read nobody knows whether it has no item because there is none.
        "failed_clauses": () if answer is None else failed_clauses(command, entity, item),
    }


def _stale(error: ConditionFailedError, what: str, guard: Guard, facts: dict[str, Any]) -> StaleVersionError:
    version = guard.stored(facts["raw_item"])
    text = f"{what}: {stale_text(guard.expected, version, facts['raw_item'])}, nothing was written: read it again"
    if error.after_retry:
        own = ", and the version is the one it writes" if version == guard.expected + 1 else ""
        text += f" (the SDK sent it more than once{own}: an earlier attempt may have been applied)"
    return StaleVersionError(text, expected_version=guard.expected, stored_version=version, **facts)


def _answer(body: bytes) -> _Refusal | None:
    try:
        return decode(body, _Refusal)
    except msgspec.DecodeError:  # the refusal stands, whatever its body looks like
        return None

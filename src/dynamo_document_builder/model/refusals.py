"""What came back with a write, decoded without ever hiding what happened to the write itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, UnsetType

from dynamo_document_builder.errors import ConditionFailedError, StaleVersionError, StoredItemError
from dynamo_document_builder.facts import blamed, described, staleness
from dynamo_document_builder.model.readable import readable
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.wire.decoders import decode
from dynamo_document_builder.wire.guards import is_mapping
from dynamo_document_builder.wire.json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.guard import Guard
    from dynamo_document_builder.schema.kinds.base import Kind

S = TypeVar("S")


class Returned(Struct, Generic[S], frozen=True):
    """An item that came with an answer, or why it could not be decoded, or neither: there was none."""

    item: S | None = None
    error: StoredItemError | None = None


def returned(entity: EntityModel[S], raw: Raw | UnsetType, *, trusted: bool = False) -> Returned[S]:
    """Decode an item that came with an answer; one that does not fit is an error to report, never to raise."""
    if isinstance(raw, UnsetType) or not bytes(raw).strip(b"{} \t\r\n"):
        return Returned()
    try:
        return Returned(entity.decode(raw, trusted=trusted))
    except StoredItemError as error:
        return Returned(error=error) if error.item else Returned()  # what came in an item's place was none


def returned_fields(entity: EntityModel[Any], raw: Raw | UnsetType, changed: Mapping[str, bool]) -> dict[str, Any]:
    """
    Decode the attributes an update changed, by field name.

    *changed* tells for each field whether the whole of it was changed: the part of a nested value stays as it is, for
    it might pass as a whole one.
    """
    stored = raw_item(raw) or {}
    fields = entity.codec.fields
    return {
        name: _field_value(fields[name].kind, stored[fields[name].stored], whole=whole)
        for name, whole in changed.items()
        if name in fields and fields[name].stored in stored
    }


def _field_value(kind: Kind, wire: Mapping[str, Any], *, whole: bool) -> Any:
    # The update is applied: a value that does not fit, or that no DynamoDB of today would send, must not hide that.
    if not whole:
        return readable(wire)
    try:
        return kind.decode_wire(wire)
    except MisfitError:
        return readable(wire)


class _Refusal(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET


def raw_item(raw: Raw | UnsetType) -> Mapping[str, Any] | None:
    """Return an item in DynamoDB JSON as it came; anything else that came in its place is no item."""
    item = None if isinstance(raw, UnsetType) else read_json(bytes(raw))
    return item if is_mapping(item) and item else None


def condition_failed(
    error: ConditionFailedError, command: Any, entity: EntityModel[Any], guard: Guard | None
) -> ConditionFailedError:
    """Say in the caller's terms whose condition failed, with the item as it was."""
    facts = _facts(error, command, entity)
    what = f"{type(command).__name__} {described(entity.name, entity.shown_key(command.subject))}"
    if guard is not None and guard.refuses(facts["raw_item"]):
        return _stale(error, what, guard, facts)
    retried = " (the SDK sent it more than once: an earlier attempt may have been applied)"
    false = f"the condition was false, nothing was written{blamed(facts['failed_clauses'])}"
    return ConditionFailedError(f"{what}: {false}{retried if error.after_retry else ''}", **facts)


def _facts(error: ConditionFailedError, command: Any, entity: EntityModel[Any]) -> dict[str, Any]:
    from dynamo_document_builder.model.verdicts import failed_clauses  # noqa: PLC0415  no cold start pays for it

    answer = _answer(error.fault.body)
    raw = msgspec.UNSET if answer is None else answer.item
    found, item = returned(entity, raw), raw_item(raw)
    return {
        "fault": error.fault,
        "command": command,
        "item": found.item,
        "raw_item": item,
        "item_error": found.error,
        # Of an answer that cannot be read nobody knows whether it has no item because there is none.
        "failed_clauses": () if answer is None else failed_clauses(command, entity, item),
    }


def _stale(error: ConditionFailedError, what: str, guard: Guard, facts: dict[str, Any]) -> StaleVersionError:
    version = guard.stored(facts["raw_item"])
    text = f"{what}: {staleness(guard.expected, version, facts['raw_item'])}, nothing was written: read it again"
    if error.after_retry:
        own = ", and the version is the one it writes" if version == guard.expected + 1 else ""
        text += f" (the SDK sent it more than once{own}: an earlier attempt may have been applied)"
    return StaleVersionError(text, expected_version=guard.expected, stored_version=version, **facts)


def _answer(body: bytes) -> _Refusal | None:
    try:
        return decode(body, _Refusal)
    except msgspec.DecodeError:  # the refusal stands, whatever its body looks like
        return None

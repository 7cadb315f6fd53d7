"""What the condition of a raw operation is on an item: it was never checked, so it may not be readable."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.evaluation.evaluate import evaluate
from dynamo_document_builder.expressions.rendering.findings import FindingsError
from dynamo_document_builder.expressions.rendering.scope import Scope
from dynamo_document_builder.expressions.text.conditions import Conditions
from dynamo_document_builder.expressions.text.placeholders import names_from, wire_values
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from dynamo_document_builder.transactions.raw import Raw

_UNREADABLE: Final = (UsageError, FindingsError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def raw_found(raw: Raw, stored: bytes | None) -> dict[str, Any]:
    """Return what a report says of a raw operation: nothing of its condition, where that cannot be read."""
    item = None if stored is None else json.loads(stored)
    shown = None if item is None else {name: untyped_value(value) for name, value in item.items()}
    members = raw.operation[raw.kind]
    text = members.get("ConditionExpression")
    facts: dict[str, Any] = {"item": shown, "raw_item": item}
    if text is None:
        return {**facts, "passed": True}
    try:
        values = wire_values(members.get("ExpressionAttributeValues", {}))
        condition = Conditions(Reader(text, names_from(members.get("ExpressionAttributeNames")), values)).whole()
        verdict = evaluate(condition, Scope(MapKind(AnyKind()), tuple(members.get("Key", ("",)))), item)
    except _UNREADABLE:  # DynamoDB will say what is wrong with it
        return {**facts, "passed": None}
    return {**facts, "passed": verdict.passed, "clauses": verdict.clauses}

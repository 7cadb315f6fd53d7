"""Evaluation of the condition of a raw operation, which the library did not check and may be unable to parse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.evaluation.evaluate import evaluate
from dynamo_document_builder.expressions.rendering.scope import Scope
from dynamo_document_builder.expressions.text.condition_parser import ConditionParser
from dynamo_document_builder.expressions.text.unchecked import UNREADABLE, unchecked_reader
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from dynamo_document_builder.transactions.raw import Raw


def evaluate_raw(raw: Raw, stored: bytes | None) -> dict[str, Any]:
    """
    Evaluate the condition of a raw operation on a stored item, and return fields of a report.

    `passed` is `None` if the condition cannot be parsed.
    """
    raw_item = None if stored is None else json.loads(stored)
    item = None if raw_item is None else {name: untyped_value(value) for name, value in raw_item.items()}
    members = raw.operation[raw.kind]
    text = members.get("ConditionExpression")
    facts: dict[str, Any] = {"item": item, "raw_item": raw_item}
    if text is None:
        return {**facts, "passed": True}
    try:
        condition = ConditionParser(unchecked_reader(text, members)).parse()
        verdict = evaluate(condition, Scope(MapKind(AnyKind()), tuple(members.get("Key", ("",)))), raw_item)
    except UNREADABLE:  # DynamoDB reports the error when the transaction is sent
        return {**facts, "passed": None}
    return {**facts, "passed": verdict.passed, "clauses": verdict.clauses}

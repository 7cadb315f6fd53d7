"""Evaluation of the condition of a command on a stored item, for a report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypedDict

from dynamo_document_builder.errors import StoredItemError
from dynamo_document_builder.expressions.evaluation.evaluate import evaluate
from dynamo_document_builder.model.managed.optimistic_lock import preconditions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.clauses import Clause
    from dynamo_document_builder.model.entities.entity_model import EntityModel


class ReportFields(TypedDict):
    """The fields of a `ConditionReport` that depend on the stored item."""

    passed: bool
    clauses: tuple[Clause, ...]
    stale: bool
    item: Any
    raw_item: Mapping[str, Any] | None
    item_error: StoredItemError | None


def evaluate_command(command: Any, entity: EntityModel[Any], raw: bytes | None) -> ReportFields:
    """Evaluate the condition of a command on a stored item, `None` for no item, and return the result."""
    stored: Mapping[str, Any] | None = None if raw is None else json.loads(raw)
    preconditions = preconditions_of(command, entity)
    item, item_error = _decoded(entity, raw, trusted=getattr(command, "skip_validation", False))
    verdict = None if preconditions.condition is None else evaluate(preconditions.condition, entity.scope, stored)
    guard = preconditions.guard
    return ReportFields(
        passed=verdict is None or verdict.passed,
        clauses=() if verdict is None else verdict.clauses,
        stale=guard is not None and guard.stored(stored) != (guard.expected or None),
        item=item,
        raw_item=stored,
        item_error=item_error,
    )


def _decoded(entity: EntityModel[Any], raw: bytes | None, *, trusted: bool) -> tuple[Any, StoredItemError | None]:
    if raw is None:
        return None, None
    try:
        return entity.decode(raw, trusted=trusted), None
    except StoredItemError as error:  # the condition can be evaluated anyway
        return None, error

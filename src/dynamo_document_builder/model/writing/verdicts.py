"""The clauses of a condition that made a write fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.evaluation.evaluate import evaluate
from dynamo_document_builder.model.managed.optimistic_lock import preconditions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.model.entities.entity_model import EntityModel


def failed_clauses(command: Any, entity: EntityModel[Any], item: Mapping[str, Any] | None) -> tuple[FailedClause, ...]:
    """
    Return the clauses that made a command fail; *item* is the stored item that the error returned.

    The result is empty if the command did not request the item, because then the library cannot know.
    """
    try:
        preconditions = preconditions_of(command, entity)
        if preconditions.condition is None or (item is None and preconditions.on_failure == "NONE"):
            return ()
        return evaluate(preconditions.condition, entity.scope, item).failed
    except Exception:  # noqa: BLE001  an error here must not hide the failed condition
        return ()

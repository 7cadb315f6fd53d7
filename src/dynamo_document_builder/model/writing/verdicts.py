"""What a condition is on an item of an entity, and which of its clauses made a write fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.builders.condition_forms import as_condition
from dynamo_document_builder.expressions.evaluation.evaluate import Verdict, evaluate
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.version_lock import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.expressions.builders.condition_forms import ConditionLike
    from dynamo_document_builder.model.entities.entity_model import EntityModel


def verdict(entity: EntityModel[Any], condition: ConditionLike, item: Mapping[str, Any] | None) -> Verdict:
    """
    Return what a condition is on an item in DynamoDB JSON, `None` for no item, with the outcome of every clause.

    A condition that does not fit the schema is refused as it would be in a command.
    """
    problems = Problems("A condition on", entity.name)
    found = problems.attempt(lambda: evaluate(as_condition(condition), entity.scope, item), None)
    problems.raise_any()
    assert found is not None
    return found


def failed_clauses(command: Any, entity: EntityModel[Any], item: Mapping[str, Any] | None) -> tuple[FailedClause, ...]:
    """
    Return the clauses that made a command fail; *item* is what came back, in DynamoDB JSON.

    There are none where the item was not asked for: then nothing is known of it.
    """
    try:
        terms = terms_of(command, entity)
        if terms.condition is None or (item is None and terms.on_failure == "NONE"):
            return ()
        return evaluate(terms.condition, entity.scope, item).failed
    except Exception:  # noqa: BLE001  whatever there is to explain, the failure itself must come through
        return ()

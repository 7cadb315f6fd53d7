"""Evaluate a condition on an item, for tests of what conditions mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.builders.condition_forms import as_condition
from dynamo_document_builder.expressions.evaluation.evaluate import Verdict, evaluate
from dynamo_document_builder.model.commands.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.expressions.builders.condition_forms import ConditionLike
    from dynamo_document_builder.model.entities.entity_model import EntityModel


def evaluate_condition(entity: EntityModel[Any], condition: ConditionLike, item: Mapping[str, Any] | None) -> Verdict:
    """
    Evaluate a condition on an item in DynamoDB JSON, clause by clause; *item* is `None` if there is no item.

    Raises `UsageError` for a condition that does not fit the schema, as a command does.
    """
    problems = Problems("A condition on", entity.name)
    found = problems.attempt(lambda: evaluate(as_condition(condition), entity.scope, item), None)
    problems.raise_any()
    assert found is not None
    return found

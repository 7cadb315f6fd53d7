"""The sentence for each step."""

from __future__ import annotations

import json
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.explain.steps import (
    CheckStep,
    ConditionStep,
    DeleteStep,
    GetStep,
    PagesStep,
    PutStep,
    QueryStep,
    RawStep,
    ScanStep,
    Step,
    UpdateStep,
)
from dynamo_document_builder.explain.words.changes import describe_changes
from dynamo_document_builder.explain.words.conditions import describe_condition
from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.explain.words.raw_operations import raw_sentence
from dynamo_document_builder.explain.words.titles import subject_of, title_of
from dynamo_document_builder.model.reading.readable import readable
from dynamo_document_builder.paging.keys.clauses import BEGINS_WITH, BETWEEN
from dynamo_document_builder.schema.items.members import members_of, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.reading.projections import Projection
    from dynamo_document_builder.paging.keys.clauses import Clause

_CONSISTENT: Final = ", strongly consistent"


@singledispatch
def sentence_of(step: Step, describer: Describer) -> str:  # noqa: ARG001  used by the registered functions
    """Return the sentence for a step."""
    raise TypeError(f"{type(step).__name__} is not a step")


@sentence_of.register
def _(step: PutStep, describer: Describer) -> str:
    key = step.entity.shown_key(step.item) or {}
    fields = {name: value for name, value in _stored_fields(step).items() if name not in key}
    rest = f": {describer.pairs(fields)}" if fields else ""
    return f"{title_of(step, describer)}{rest}{_if(step.condition, describer)}"


def _stored_fields(step: PutStep) -> Mapping[str, Any]:
    fields = {name: value_of(step.item, name) for name in step.entity.codec.fields}
    return {name: value for name, value in fields.items() if value is not None}


@sentence_of.register
def _(step: UpdateStep, describer: Describer) -> str:
    followed = f" (and with it {', '.join(step.followed)})" if step.followed else ""
    changes = describe_changes(step.changes, describer)
    return f"{title_of(step, describer)}: {changes}{followed}{_if(step.condition, describer)}"


@sentence_of.register
def _(step: DeleteStep, describer: Describer) -> str:
    return f"{title_of(step, describer)}{_if(step.condition, describer)}"


@sentence_of.register
def _(step: CheckStep, describer: Describer) -> str:
    return _condition(step, describer)


@sentence_of.register
def _(step: ConditionStep, describer: Describer) -> str:
    return f"{_condition(step, describer)}{_CONSISTENT}"


def _condition(step: CheckStep | ConditionStep, describer: Describer) -> str:
    condition = "" if step.condition is None else describe_condition(step.condition, describer)
    return f"{title_of(step, describer)}: {condition}"


@sentence_of.register
def _(step: GetStep, describer: Describer) -> str:
    consistent = _CONSISTENT if step.consistent else ""
    return f"{step.verb} {_parts(step.projection)}{subject_of(step, describer)}{consistent}"


@sentence_of.register
def _(step: RawStep, describer: Describer) -> str:
    return raw_sentence(step, describer)


@sentence_of.register
def _(step: QueryStep, describer: Describer) -> str:
    selection = step.selection
    where = " and ".join(_clause(clause, describer) for clause in selection.clauses)
    if selection.is_meant is not None:
        where += ", without the keys in between that do not match"
    reverse = ", in reverse order" if step.reverse else ""
    return f"{_read(step, describer)} where {where}{_filter(step, describer)}{reverse}{_limits(step)}"


@sentence_of.register
def _(step: ScanStep, describer: Describer) -> str:
    return f"{_read(step, describer)}{_filter(step, describer)}{_limits(step)}"


def _read(step: QueryStep | ScanStep, describer: Describer) -> str:
    return f"{step.verb} {_parts(step.command.projection)}{subject_of(step, describer)}"


def _if(condition: Condition | None, describer: Describer) -> str:
    return "" if condition is None else f", if {describe_condition(condition, describer)}"


def _parts(projection: Projection | None) -> str:
    if projection is None:
        return ""
    if isinstance(projection, tuple):
        return f"{', '.join(map(str, projection))} of "
    return f"{', '.join(field.name for field in members_of(projection))} of "


def _clause(clause: Clause, describer: Describer) -> str:
    values = [describer.for_attribute(clause.attribute).value(readable(json.loads(text))) for text in clause.values]
    if clause.operator == BEGINS_WITH:
        return f"{clause.attribute} begins with {values[0]}"
    if clause.operator == BETWEEN:
        return f"{clause.attribute} is between {' and '.join(values)}"
    return f"{clause.attribute} {'is' if clause.operator == '=' else clause.operator} {values[0]}"


def _filter(step: PagesStep, describer: Describer) -> str:
    condition = step.command.filter
    return "" if condition is None else f", keep those where {describe_condition(condition, describer)}"


def _limits(step: PagesStep) -> str:
    command = step.command
    size = "" if command.page_size is None else f", {command.page_size} per page"
    most = "" if command.max_items is None else f", at most {command.max_items}"
    count = ", and only count them" if command.count_only else ""
    return f"{size}{most}{count}{_CONSISTENT if command.consistent else ''}"

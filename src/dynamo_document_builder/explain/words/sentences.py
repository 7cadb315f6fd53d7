"""One sentence per step."""

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
from dynamo_document_builder.explain.words.changes import changes_words
from dynamo_document_builder.explain.words.conditions import condition_words
from dynamo_document_builder.explain.words.raw import raw_sentence
from dynamo_document_builder.explain.words.titles import subject_of, title_of
from dynamo_document_builder.explain.words.values import Words
from dynamo_document_builder.model.reading.readable import readable
from dynamo_document_builder.paging.keys.clauses import BEGINS_WITH, BETWEEN
from dynamo_document_builder.schema.items.members import members_of, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.reading.projections import Projection
    from dynamo_document_builder.paging.keys.clauses import Clause

_CONSISTENT: Final = ", as every write before it left it"


@singledispatch
def sentence_of(step: Step, words: Words) -> str:  # noqa: ARG001  every step has its own use for it
    """Say what one step does."""
    raise TypeError(f"{type(step).__name__} is no step")


@sentence_of.register
def _(step: PutStep, words: Words) -> str:
    key = step.entity.shown_key(step.item) or {}
    fields = {name: value for name, value in _stored_fields(step).items() if name not in key}
    rest = f": {words.pairs(fields)}" if fields else ""
    return f"{title_of(step, words)}{rest}{_if(step.condition, words)}"


def _stored_fields(step: PutStep) -> Mapping[str, Any]:
    fields = {name: value_of(step.item, name) for name in step.entity.codec.fields}
    return {name: value for name, value in fields.items() if value is not None}


@sentence_of.register
def _(step: UpdateStep, words: Words) -> str:
    followed = f" (with it {', '.join(step.followed)})" if step.followed else ""
    changes = changes_words(step.changes, words)
    return f"{title_of(step, words)}: {changes}{followed}{_if(step.condition, words)}"


@sentence_of.register
def _(step: DeleteStep, words: Words) -> str:
    return f"{title_of(step, words)}{_if(step.condition, words)}"


@sentence_of.register
def _(step: CheckStep, words: Words) -> str:
    return _claim(step, words)


@sentence_of.register
def _(step: ConditionStep, words: Words) -> str:
    return f"{_claim(step, words)}{_CONSISTENT}"


def _claim(step: CheckStep | ConditionStep, words: Words) -> str:
    condition = "" if step.condition is None else condition_words(step.condition, words)
    return f"{title_of(step, words)}: {condition}"


@sentence_of.register
def _(step: GetStep, words: Words) -> str:
    consistent = _CONSISTENT if step.consistent else ""
    return f"{step.verb} {_parts(step.projection)}{subject_of(step, words)}{consistent}"


@sentence_of.register
def _(step: RawStep, words: Words) -> str:
    return raw_sentence(step, words)


@sentence_of.register
def _(step: QueryStep, words: Words) -> str:
    selection = step.selection
    where = " and ".join(_clause(clause, words) for clause in selection.clauses)
    if selection.is_meant is not None:
        where += ", leaving out keys in between that were not asked for"
    reverse = ", from the last to the first" if step.reverse else ""
    return f"{_read(step, words)} where {where}{_kept(step, words)}{reverse}{_most(step)}"


@sentence_of.register
def _(step: ScanStep, words: Words) -> str:
    return f"{_read(step, words)}{_kept(step, words)}{_most(step)}"


def _read(step: QueryStep | ScanStep, words: Words) -> str:
    return f"{step.verb} {_parts(step.command.projection)}{subject_of(step, words)}"


def _if(condition: Condition | None, words: Words) -> str:
    return "" if condition is None else f", if {condition_words(condition, words)}"


def _parts(projection: Projection | None) -> str:
    if projection is None:
        return ""
    if isinstance(projection, tuple):
        return f"{', '.join(map(str, projection))} of "
    return f"{', '.join(field.name for field in members_of(projection))} of "


def _clause(clause: Clause, words: Words) -> str:
    values = [words.of(clause.attribute).value(readable(json.loads(text))) for text in clause.values]
    if clause.operator == BEGINS_WITH:
        return f"{clause.attribute} begins with {values[0]}"
    if clause.operator == BETWEEN:
        return f"{clause.attribute} is between {' and '.join(values)}"
    return f"{clause.attribute} {'is' if clause.operator == '=' else clause.operator} {values[0]}"


def _kept(step: PagesStep, words: Words) -> str:
    wanted = step.command.filter
    return "" if wanted is None else f", keep those where {condition_words(wanted, words)}"


def _most(step: PagesStep) -> str:
    command = step.command
    size = "" if command.page_size is None else f", {command.page_size} per page"
    most = "" if command.max_items is None else f", at most {command.max_items}"
    count = ", and only count them" if command.count_only else ""
    return f"{size}{most}{count}{', as every write before it left them' if command.consistent else ''}"

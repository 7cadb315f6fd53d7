"""Descriptions of conditions."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.expressions.tree.conditions import And, Condition, ItemExists, Not, Or
from dynamo_document_builder.expressions.tree.entity_names import EntityNameIn
from dynamo_document_builder.expressions.tree.folding import fold
from dynamo_document_builder.expressions.tree.leaves import (
    BeginsWith,
    Between,
    Comparison,
    Contains,
    Exists,
    IsIn,
    TypeIs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_OPERATORS: Final[Mapping[str, str]] = {"=": "is", "<>": "is not"}


def describe_condition(condition: Condition, describer: Describer) -> str:
    """
    Return the description of a condition, which can follow "if" in a sentence.

    The values of a part that names a hidden attribute are masked.
    """
    return fold(
        condition, lambda one, parts: _joined(one, parts) if one.parts else _describe(one, describer.for_part(one))
    )


def _joined(condition: Condition, texts: Sequence[str]) -> str:
    if isinstance(condition, Not):
        return f"not ({texts[0]})"
    pairs = zip(condition.parts, texts, strict=True)
    enclosed = [f"({text})" if isinstance(part, (And, Or)) else text for part, text in pairs]
    return (" and " if isinstance(condition, And) else " or ").join(enclosed)


@singledispatch
def _describe(condition: Condition, describer: Describer) -> str:  # noqa: ARG001  used by the registered functions
    """Return the description of one comparison or function."""
    return str(condition)  # a subclass that is not part of the library


@_describe.register
def _(condition: Comparison, describer: Describer) -> str:
    operator = _OPERATORS.get(condition.operator, condition.operator)
    return f"{describer.term(condition.operand)} {operator} {describer.term(condition.value)}"


@_describe.register
def _(condition: Between, describer: Describer) -> str:
    low, high = describer.term(condition.low), describer.term(condition.high)
    return f"{describer.term(condition.operand)} is between {low} and {high}"


@_describe.register
def _(condition: IsIn, describer: Describer) -> str:
    return f"{describer.term(condition.operand)} is one of {describer.terms(condition.values)}"


@_describe.register
def _(condition: BeginsWith, describer: Describer) -> str:
    return f"{describer.term(condition.operand)} begins with {describer.term(condition.prefix)}"


@_describe.register
def _(condition: Contains, describer: Describer) -> str:
    return f"{describer.term(condition.operand)} contains {describer.term(condition.value)}"


@_describe.register
def _(condition: Exists, describer: Describer) -> str:
    return f"{describer.term(condition.operand)} {'exists' if condition.present else 'does not exist'}"


@_describe.register
def _(condition: TypeIs, describer: Describer) -> str:
    return f"{describer.term(condition.operand)} is stored as {condition.wire_type}"


@_describe.register
def _(condition: ItemExists, describer: Describer) -> str:  # noqa: ARG001  contains no value
    return "there is such an item" if condition.present else "there is no such item yet"


@_describe.register
def _(condition: EntityNameIn, describer: Describer) -> str:  # noqa: ARG001  entity names are never hidden
    return f"it belongs to {' or '.join(condition.names)}"

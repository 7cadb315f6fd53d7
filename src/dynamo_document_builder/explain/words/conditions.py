"""Condition trees in words, each kind of condition in its own."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.explain.words.values import Words
from dynamo_document_builder.expressions.tree.conditions import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    Exists,
    IsIn,
    ItemExists,
    Not,
    Or,
    TypeIs,
)
from dynamo_document_builder.expressions.tree.folding import folded
from dynamo_document_builder.expressions.tree.tags import TagIn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_SIGNS: Final[Mapping[str, str]] = {"=": "is", "<>": "is not"}


def condition_words(condition: Condition, words: Words) -> str:
    """Say a condition, so that it reads on after "if"; a part on a hidden attribute without its values."""
    return folded(condition, lambda one, parts: _joined(one, parts) if one.parts else _said(one, words.about(one)))


def _joined(condition: Condition, texts: Sequence[str]) -> str:
    if isinstance(condition, Not):
        return f"not ({texts[0]})"
    pairs = zip(condition.parts, texts, strict=True)
    enclosed = [f"({text})" if isinstance(part, (And, Or)) else text for part, text in pairs]
    return (" and " if isinstance(condition, And) else " or ").join(enclosed)


@singledispatch
def _said(condition: Condition, words: Words) -> str:  # noqa: ARG001  every kind of its own has a use for it
    """Say one comparison or one function."""
    return str(condition)  # a kind that someone added


@_said.register
def _(condition: Comparison, words: Words) -> str:
    sign = _SIGNS.get(condition.operator, condition.operator)
    return f"{words.term(condition.operand)} {sign} {words.term(condition.value)}"


@_said.register
def _(condition: Between, words: Words) -> str:
    low, high = words.term(condition.low), words.term(condition.high)
    return f"{words.term(condition.operand)} is between {low} and {high}"


@_said.register
def _(condition: IsIn, words: Words) -> str:
    return f"{words.term(condition.operand)} is one of {words.terms(condition.values)}"


@_said.register
def _(condition: BeginsWith, words: Words) -> str:
    return f"{words.term(condition.operand)} begins with {words.term(condition.prefix)}"


@_said.register
def _(condition: Contains, words: Words) -> str:
    return f"{words.term(condition.operand)} contains {words.term(condition.value)}"


@_said.register
def _(condition: Exists, words: Words) -> str:
    return f"{words.term(condition.operand)} {'exists' if condition.present else 'does not exist'}"


@_said.register
def _(condition: TypeIs, words: Words) -> str:
    return f"{words.term(condition.operand)} is stored as {condition.wire_type}"


@_said.register
def _(condition: ItemExists, words: Words) -> str:  # noqa: ARG001  there is no value in it
    return "there is such an item" if condition.present else "there is no such item yet"


@_said.register
def _(condition: TagIn, words: Words) -> str:  # noqa: ARG001  a name of an entity is no value of an item
    return f"it is of {' or '.join(condition.names)}"

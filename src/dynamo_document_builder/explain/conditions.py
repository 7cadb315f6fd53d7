"""Condition trees in words, each kind of condition in its own."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.explain.words import Words
from dynamo_document_builder.expressions.conditions import (
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
from dynamo_document_builder.expressions.tags import TagIn

if TYPE_CHECKING:
    from collections.abc import Mapping


_SAID: Final[Mapping[str, str]] = {"=": "is", "<>": "is not"}


def condition_words(condition: Condition, words: Words) -> str:
    """Say a condition, so that it reads on after "if"; one on a hidden attribute without its values."""
    is_whole = not isinstance(condition, (And, Or, Not))
    return _words(condition, words.about(condition) if is_whole else words)


@singledispatch
def _words(condition: Condition, words: Words) -> str:  # noqa: ARG001  every kind of its own has a use for it
    return str(condition)  # a kind that someone added


@_words.register
def _(condition: Comparison, words: Words) -> str:
    sign = _SAID.get(condition.operator, condition.operator)
    return f"{words.term(condition.operand)} {sign} {words.term(condition.value)}"


@_words.register
def _(condition: Between, words: Words) -> str:
    low, high = words.term(condition.low), words.term(condition.high)
    return f"{words.term(condition.operand)} is between {low} and {high}"


@_words.register
def _(condition: IsIn, words: Words) -> str:
    return f"{words.term(condition.operand)} is one of {words.terms(condition.values)}"


@_words.register
def _(condition: BeginsWith, words: Words) -> str:
    return f"{words.term(condition.operand)} begins with {words.term(condition.prefix)}"


@_words.register
def _(condition: Contains, words: Words) -> str:
    return f"{words.term(condition.operand)} contains {words.term(condition.value)}"


@_words.register
def _(condition: Exists, words: Words) -> str:
    return f"{words.term(condition.operand)} {'exists' if condition.present else 'does not exist'}"


@_words.register
def _(condition: TypeIs, words: Words) -> str:
    return f"{words.term(condition.operand)} is stored as {condition.wire_type}"


@_words.register
def _(condition: ItemExists, words: Words) -> str:  # noqa: ARG001  there is no value in it
    return "there is such an item" if condition.present else "there is no such item yet"


@_words.register
def _(condition: TagIn, words: Words) -> str:  # noqa: ARG001  a name of an entity is no value of an item
    return f"it is of {' or '.join(condition.names)}"


@_words.register
def _(condition: And, words: Words) -> str:
    return " and ".join(_part(part, words) for part in condition.conditions)


@_words.register
def _(condition: Or, words: Words) -> str:
    return " or ".join(_part(part, words) for part in condition.conditions)


@_words.register
def _(condition: Not, words: Words) -> str:
    return f"not ({condition_words(condition.condition, words)})"


def _part(condition: Condition, words: Words) -> str:
    text = condition_words(condition, words)
    return f"({text})" if isinstance(condition, (And, Or)) else text

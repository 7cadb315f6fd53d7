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


@singledispatch
def condition_words(condition: Condition, words: Words) -> str:  # noqa: ARG001  every kind of its own has a use for it
    """Say a condition, so that it reads on after "if"."""
    return str(condition)  # a kind that someone added


@condition_words.register
def _(condition: Comparison, words: Words) -> str:
    sign = _SAID.get(condition.operator, condition.operator)
    return f"{words.term(condition.operand)} {sign} {words.term(condition.value)}"


@condition_words.register
def _(condition: Between, words: Words) -> str:
    low, high = words.term(condition.low), words.term(condition.high)
    return f"{words.term(condition.operand)} is between {low} and {high}"


@condition_words.register
def _(condition: IsIn, words: Words) -> str:
    return f"{words.term(condition.operand)} is one of {words.terms(condition.values)}"


@condition_words.register
def _(condition: BeginsWith, words: Words) -> str:
    return f"{words.term(condition.operand)} begins with {words.term(condition.prefix)}"


@condition_words.register
def _(condition: Contains, words: Words) -> str:
    return f"{words.term(condition.operand)} contains {words.term(condition.value)}"


@condition_words.register
def _(condition: Exists, words: Words) -> str:
    return f"{words.term(condition.operand)} {'exists' if condition.present else 'does not exist'}"


@condition_words.register
def _(condition: TypeIs, words: Words) -> str:
    return f"{words.term(condition.operand)} is stored as {condition.wire_type}"


@condition_words.register
def _(condition: ItemExists, words: Words) -> str:  # noqa: ARG001  there is no value in it
    return "there is such an item" if condition.present else "there is no such item yet"


@condition_words.register
def _(condition: TagIn, words: Words) -> str:  # noqa: ARG001  a name of an entity is no value of an item
    return f"it is of {' or '.join(condition.names)}"


@condition_words.register
def _(condition: And, words: Words) -> str:
    return " and ".join(_part(part, words) for part in condition.conditions)


@condition_words.register
def _(condition: Or, words: Words) -> str:
    return " or ".join(_part(part, words) for part in condition.conditions)


@condition_words.register
def _(condition: Not, words: Words) -> str:
    return f"not ({condition_words(condition.condition, words)})"


def _part(condition: Condition, words: Words) -> str:
    text = condition_words(condition, words)
    return f"({text})" if isinstance(condition, (And, Or)) else text

"""
Parsers of conditions and key conditions in DynamoDB's language.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from attrs import define, field

from dynamo_document_builder.expressions.text.functions import FUNCTIONS, KEY_FUNCTIONS
from dynamo_document_builder.expressions.text.operands import (
    as_attribute,
    at_operand,
    comparison_of,
    read_operand,
)
from dynamo_document_builder.expressions.tree.conditions import And, Condition, Not, Or
from dynamo_document_builder.expressions.tree.leaves import Between, IsIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from dynamo_document_builder.expressions.text.reader import Reader

_A_CONDITION: Final = "a condition"


@define(eq=False)
class _Group:
    """The conditions inside one pair of parentheses, or in the text outside all parentheses."""

    negations: int = 0
    """The number of NOT before the next condition."""
    all_of: list[Condition] = field(factory=list[Condition])
    """The conditions joined by AND since the last OR."""
    any_of: list[Condition] = field(factory=list[Condition])
    """The alternatives before the last OR."""

    def add(self, condition: Condition) -> None:
        for _ in range(self.negations):
            condition = Not(condition)
        self.negations = 0
        self.all_of.append(condition)

    def next_alternative(self) -> None:
        self.any_of.append(_joined(And, self.all_of))
        self.all_of = []

    def parse(self) -> Condition:
        self.next_alternative()
        return _joined(Or, self.any_of)


def _joined(group: type[And | Or], conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else group(tuple(conditions))


@define(eq=False)
class ConditionParser:
    """A parser of one condition. It does not recurse, because DynamoDB accepts deeply nested conditions."""

    reader: Reader

    comparators: ClassVar[tuple[str, ...]] = ("=", "<>", "<", "<=", ">", ">=")
    functions: ClassVar[Mapping[str, Callable[[Reader], Condition]]] = FUNCTIONS
    after_operand: ClassVar[str] = "a comparison (=, <>, <, <=, >, >=), BETWEEN or IN"
    after_condition: ClassVar[str] = "AND, OR or the end"

    def parse(self) -> Condition:
        """Return the condition. Raises `ExpressionSyntaxError` if the text is not one condition."""
        outer: list[_Group] = []
        group = _Group()
        while True:
            if self._negates():
                group.negations += 1
                continue
            if self._opens():
                outer.append(group)
                group = _Group()
                continue
            group.add(self._leaf())
            while not self._continues(group):
                if not outer:
                    self.reader.end(self.after_condition)
                    return group.parse()
                self.reader.require(")")
                inner, group = group.parse(), outer.pop()
                group.add(inner)

    def _negates(self) -> bool:
        return self._operator("NOT")

    def _opens(self) -> bool:
        return not at_operand(self.reader) and self.reader.take_sign("(") is not None

    def _continues(self, group: _Group) -> bool:
        """Read AND or OR if the next token is one, and return True if so."""
        if self._operator("AND"):
            return True
        if self._operator("OR"):
            group.next_alternative()
            return True
        return False

    def _operator(self, word: str) -> bool:
        token = self.reader.token
        if self.reader.take_word(word) is None:
            return False
        self.reader.count_operator(token)
        return True

    def _leaf(self) -> Condition:
        if self.reader.at_function and self.reader.token.text != "size":
            return self._function()
        return self._comparison(read_operand(self.reader, _A_CONDITION))

    def _function(self) -> Condition:
        read = self.functions.get(self.reader.token.text)
        if read is None:
            raise self.reader.expected(f"one of {', '.join(self.functions)}")
        self.reader.count_operator(self.reader.advance())
        self.reader.require("(")
        condition = read(self.reader)
        self.reader.require(")")
        return condition

    def _comparison(self, left: Any) -> Condition:
        token = self.reader.token
        sign = self.reader.take_sign(*self.comparators)
        if sign is not None:
            self.reader.count_operator(token)
            return comparison_of(left, sign, read_operand(self.reader))
        return self._between(left) if self._operator("BETWEEN") else self._in(left)

    def _between(self, left: Any) -> Condition:
        low = read_operand(self.reader)
        if not self.reader.take_word("AND"):
            raise self.reader.expected("AND and the upper end")
        return Between(as_attribute(left), low, read_operand(self.reader))

    def _in(self, left: Any) -> Condition:
        if not self._operator("IN"):
            raise self.reader.expected(self.after_operand)
        self.reader.require("(")
        values = self.reader.comma_separated(lambda: read_operand(self.reader))
        self.reader.require(")")
        return IsIn(as_attribute(left), tuple(values))


@define(eq=False)
class KeyConditionParser(ConditionParser):
    """A parser of one key condition, in which DynamoDB allows fewer operators and functions."""

    comparators = ("=", "<", "<=", ">", ">=")
    functions = KEY_FUNCTIONS
    after_operand = "a comparison (=, <, <=, >, >=) or BETWEEN"
    after_condition = "AND or the end"

    def _negates(self) -> bool:
        if self.reader.token.is_word("NOT"):
            raise self.reader.expected("a condition on a key, in which NOT is not allowed")
        return False

    def _continues(self, group: _Group) -> bool:  # noqa: ARG002  key conditions have no OR
        return self._operator("AND")

    def _in(self, left: Any) -> Condition:  # noqa: ARG002  key conditions have no IN
        raise self.reader.expected(self.after_operand)

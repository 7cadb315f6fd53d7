"""
Conditions in DynamoDB's own language: from the loosest, OR, down to comparisons and functions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from attrs import define, field

from dynamo_document_builder.expressions.conditions import And, Between, Condition, IsIn, Not, Or
from dynamo_document_builder.expressions.text.functions import FUNCTIONS, KEY_FUNCTIONS
from dynamo_document_builder.expressions.text.sides import Side, compared, read_side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.expressions.text.reader import Reader
    from dynamo_document_builder.expressions.text.tokens import Token

MAX_NESTING: Final = 100
"""More than anybody writes, and less than Python's own stack."""


@define(eq=False)
class Conditions:
    """Reads one condition."""

    reader: Reader
    _depth: int = field(default=0, init=False)

    comparators: ClassVar[tuple[str, ...]] = ("=", "<>", "<", "<=", ">", ">=")
    functions: ClassVar[Mapping[str, Callable[[Reader], Condition]]] = FUNCTIONS
    after_operand: ClassVar[str] = "a comparison (=, <>, <, <=, >, >=), BETWEEN or IN"
    after_condition: ClassVar[str] = "AND, OR or the end"

    def whole(self) -> Condition:
        """Read the text to its end."""
        condition = self._disjunction()
        self.reader.end(self.after_condition)
        return condition

    def _disjunction(self) -> Condition:
        parts = [self._conjunction()]
        while self.reader.word("OR"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self) -> Condition:
        parts = [self._negation()]
        while self.reader.word("AND"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self) -> Condition:
        token = self.reader.here
        return Not(self._nested(token, self._negation)) if self.reader.word("NOT") else self._primary()

    def _primary(self) -> Condition:
        token = self.reader.here
        if self.reader.sign("("):
            condition = self._nested(token, self._disjunction)
            self.reader.need(")")
            return condition
        if self.reader.calls and token.text != "size":
            return self._function()
        return self._comparison(read_side(self.reader, "a condition"))

    def _nested(self, token: Token, read: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self.reader.wrong(f"conditions are nested deeper than {MAX_NESTING} levels", token)
        condition = read()
        self._depth -= 1
        return condition

    def _function(self) -> Condition:
        read = self.functions.get(self.reader.here.text)
        if read is None:
            raise self.reader.expected(f"one of {', '.join(self.functions)}")
        self.reader.step()
        self.reader.need("(")
        condition = read(self.reader)
        self.reader.need(")")
        return condition

    def _comparison(self, left: Side) -> Condition:
        sign = self.reader.sign(*self.comparators)
        if sign is not None:
            return compared(self.reader, left, sign, read_side(self.reader))
        if self.reader.word("BETWEEN"):
            return self._between(left)
        return self._in(left)

    def _between(self, left: Side) -> Condition:
        low = read_side(self.reader)
        if not self.reader.word("AND"):
            raise self.reader.expected("AND and the higher end")
        high = read_side(self.reader)
        if left.is_value:  # :now BETWEEN starts AND ends
            return And((compared(self.reader, left, ">=", low), compared(self.reader, left, "<=", high)))
        return Between(left.node, low.node, high.node)

    def _in(self, left: Side) -> Condition:
        if not self.reader.word("IN"):
            raise self.reader.expected(self.after_operand)
        self.reader.need("(")
        sides = self.reader.listed(lambda: read_side(self.reader))
        self.reader.need(")")
        if not left.is_value:
            return IsIn(left.node, tuple(side.node for side in sides))
        equal = tuple(compared(self.reader, left, "=", side) for side in sides)
        return equal[0] if len(equal) == 1 else Or(equal)


@define(eq=False)
class KeyConditions(Conditions):
    """Reads a condition on keys: DynamoDB's own short list of what can be asked of them."""

    comparators = ("=", "<", "<=", ">", ">=")
    functions = KEY_FUNCTIONS
    after_operand = "a comparison (=, <, <=, >, >=) or BETWEEN"
    after_condition = "AND or the end"

    def _disjunction(self) -> Condition:
        return self._conjunction()

    def _negation(self) -> Condition:
        if self.reader.here.is_word("NOT"):
            raise self.reader.expected("a condition on a key, which takes no NOT")
        return self._primary()

    def _in(self, left: Side) -> Condition:  # noqa: ARG002  there is no such thing for keys
        raise self.reader.expected(self.after_operand)

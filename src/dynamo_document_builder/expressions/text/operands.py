"""Parsers of the operands of conditions: attributes, their sizes, and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.expressions.json_values.undecoded import natural
from dynamo_document_builder.expressions.text.tokens import SIGN
from dynamo_document_builder.expressions.tree.comparison_sides import MIRRORED
from dynamo_document_builder.expressions.tree.leaves import Comparison
from dynamo_document_builder.expressions.tree.paths import NODES, Path, SizeOf, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.expressions.text.reader import Reader
    from dynamo_document_builder.expressions.tree.conditions import Condition

COMPARATORS: Final = ("=", "<>", "<", "<=", ">", ">=")
_ANY_SIDE: Final = "an attribute, a value or size(...)"
_PLAIN_SIDE: Final = "an attribute or a value"


def at_operand(reader: Reader) -> bool:
    """Return True if the next parentheses enclose an operand, as in `(a) > b`, not a condition, as in `(a > b)`."""
    after = reader.after_parentheses
    if after is None:
        return False
    return (after.kind == SIGN and after.text in COMPARATORS) or after.is_word("BETWEEN", "IN")


def read_operand(reader: Reader, expected: str = _ANY_SIDE) -> Any:
    """Read one operand. Parentheses around it have no effect."""
    return _within_parentheses(reader, lambda: _operand(reader, expected))


def read_plain(reader: Reader) -> Any:
    """Read an operand of a function that does not accept `size(...)`."""
    return _within_parentheses(reader, lambda: _plain(reader, _PLAIN_SIDE))


def _within_parentheses(reader: Reader, read: Callable[[], Any]) -> Any:
    opened = 0
    while reader.take_sign("("):
        opened += 1
    operand = read()
    for _ in range(opened):
        reader.require(")")
    return operand


def _operand(reader: Reader, expected: str) -> Any:
    if not (reader.at_function and reader.token.text == "size"):
        return _plain(reader, expected)
    reader.count_operator(reader.advance())
    reader.require("(")
    of = read_plain(reader)
    reader.require(")")
    return SizeOf(as_attribute(natural(of)))


def _plain(reader: Reader, expected: str) -> Any:
    if reader.at_function:
        raise reader.expected(expected)
    return reader.value() if reader.at_value else reader.path(expected)


def as_attribute(operand: Any) -> Any:
    """Return an operand as a node: a value is wrapped in `Value`."""
    return operand if isinstance(operand, NODES) else Value(operand)


def comparison_of(left: Any, sign: str, right: Any) -> Condition:
    """Return a comparison. Its sides are swapped if only the right side is an attribute."""
    if isinstance(right, (Path, SizeOf)) and not isinstance(left, NODES):
        return Comparison(right, MIRRORED[sign], left)
    return Comparison(as_attribute(left), sign, right)

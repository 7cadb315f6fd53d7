"""The operands of conditions: attributes, their sizes, and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.expressions.conditions import Comparison, Condition
from dynamo_document_builder.expressions.paths import SizeOf

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.text.reader import Reader
    from dynamo_document_builder.expressions.text.tokens import Token

_MIRRORED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ANY_SIDE: Final = "an attribute, a value or size(...)"


class Side(Struct, frozen=True):
    """One operand, and where it stands."""

    token: Token
    node: Any
    is_value: bool = False


def read_side(reader: Reader, expected: str = _ANY_SIDE) -> Side:
    """Read one operand."""
    token = reader.here
    if reader.at_value:
        return Side(token, reader.value(), is_value=True)
    if not reader.calls:
        return Side(token, reader.path(expected))
    if token.text != "size":
        raise reader.expected(expected)
    reader.step()
    reader.need("(")
    path = reader.path()
    reader.need(")")
    return Side(token, SizeOf(path))


def compared(reader: Reader, left: Side, sign: str, right: Side) -> Condition:
    """Return a comparison, turned round where the value stands first: a condition is about an attribute."""
    if not left.is_value:
        return Comparison(left.node, sign, right.node)
    if right.is_value:
        raise reader.wrong("a comparison is about an attribute, not about two values", right.token)
    return Comparison(right.node, _MIRRORED[sign], left.node)

"""Parsers of the arguments of condition functions, by DynamoDB's names of the functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.expressions.json_values.undecoded import natural, with_elements_undecoded
from dynamo_document_builder.expressions.text.operands import as_attribute, read_operand, read_plain
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.tree.leaves import BeginsWith, Contains, Exists, TypeIs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.expressions.tree.conditions import Condition


def _exists(reader: Reader) -> Condition:
    return Exists(reader.path())


def _not_exists(reader: Reader) -> Condition:
    return Exists(reader.path(), present=False)


def _type_is(reader: Reader) -> Condition:
    operand, wire_type = _two(reader, read_plain, Reader.value)
    return TypeIs(as_attribute(natural(operand)), natural(wire_type))


def _begins_with(reader: Reader) -> Condition:
    operand, prefix = _two(reader, read_operand, read_operand)
    return BeginsWith(as_attribute(natural(operand)), natural(prefix))


def _contains(reader: Reader) -> Condition:
    holder, part = _two(reader, read_operand, read_operand)
    return Contains(as_attribute(with_elements_undecoded(holder)), part)


def _two(reader: Reader, first: Callable[[Reader], Any], second: Callable[[Reader], Any]) -> tuple[Any, Any]:
    one = first(reader)
    reader.require(",")
    return one, second(reader)


FUNCTIONS: Final[Mapping[str, Callable[[Reader], Condition]]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _type_is,
    "begins_with": _begins_with,
    "contains": _contains,
}
"""For each function, the parser of its arguments. It starts after the opening parenthesis."""

KEY_FUNCTIONS: Final = {"begins_with": _begins_with}

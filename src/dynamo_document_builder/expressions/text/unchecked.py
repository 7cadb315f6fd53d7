"""Reading of expressions in operations that the caller wrote in DynamoDB JSON, which the library did not check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.rendering.problems import ExpressionProblemsError
from dynamo_document_builder.expressions.text.placeholders import names_from, wire_values
from dynamo_document_builder.expressions.text.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

UNREADABLE: Final = (
    UsageError,
    ExpressionProblemsError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""The errors of code that reads unchecked JSON: any member can be missing, or have another type than DynamoDB's."""


def unchecked_reader(text: str, members: Mapping[str, Any]) -> Reader:
    """Return the reader of an expression, with the names and values of its operation. Raises one of `UNREADABLE`."""
    values = wire_values(members.get("ExpressionAttributeValues", {}))
    return Reader(text, names_from(members.get("ExpressionAttributeNames")), values)

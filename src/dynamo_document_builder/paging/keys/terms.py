"""The terms of a key condition: the comparisons that DynamoDB supports for key attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.evaluation.stored_values import comparable, compare
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.expressions.rendering.rendering import Rendering

OPERATORS: Final = frozenset({"=", "<", "<=", ">", ">="})
BETWEEN: Final = "BETWEEN"
BEGINS_WITH: Final = "begins_with"


class KeyTerm(Struct, frozen=True):
    """A comparison of one key attribute, with values in DynamoDB JSON."""

    attribute: str
    operator: str
    values: tuple[str, ...]

    def render(self, out: Rendering) -> str:
        name = out.name(self.attribute)
        values = [out.wire_value(value) for value in self.values]
        if self.operator == BEGINS_WITH:
            return f"begins_with({name}, {values[0]})"
        return f"{name} {self.operator} {' AND '.join(values)}"


class Selection(Struct, frozen=True):
    """The key condition of a query, and a check of sort keys for what a key condition cannot express."""

    terms: tuple[KeyTerm, ...] = ()
    is_selected: Callable[[str], bool] | None = None
    """Returns True for a sort key that satisfies the condition; `None` if the terms express it exactly."""
    sort_attribute: str = ""
    """The sort key attribute that `is_selected` checks."""


def checked_term(attribute: str, operator: str, values: tuple[str, ...]) -> KeyTerm:
    """Return a term; raise a `UsageError` if DynamoDB would refuse it."""
    if operator == BEGINS_WITH and values[0].startswith('{"N"'):
        raise UsageError(f"{attribute} is a number, which has no prefix: compare it, or use between")
    if operator == BETWEEN and compare(">", *(comparable(read_json(value)) for value in values)):
        raise UsageError(f"{attribute} is compared with a range whose low end is above its high end, as stored")
    return KeyTerm(attribute, operator, values)

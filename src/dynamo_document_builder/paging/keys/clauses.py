"""The terms of a key condition: DynamoDB's own short list of what can be asked of a key."""

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


class Clause(Struct, frozen=True):
    """What is asked of one key attribute; values in DynamoDB JSON."""

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
    """What is asked of the keys, and what is left to be looked at where no key condition says it exactly."""

    clauses: tuple[Clause, ...] = ()
    is_meant: Callable[[str], bool] | None = None
    """Tells whether a sort key between those that were asked for is one that is meant; `None`: all of them are."""
    sort_attribute: str = ""
    """The attribute that it looks at."""


def checked_clause(attribute: str, operator: str, values: tuple[str, ...]) -> Clause:
    """Return a clause DynamoDB takes, or say why it would not."""
    if operator == BEGINS_WITH and values[0].startswith('{"N"'):
        raise UsageError(f"{attribute} is a number, which has no beginning: compare it, or use between")
    if operator == BETWEEN and compare(">", *(comparable(read_json(value)) for value in values)):
        raise UsageError(f"{attribute} is compared with a range whose low end is above its high end, as stored")
    return Clause(attribute, operator, values)

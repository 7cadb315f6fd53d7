"""A condition on a sort key: its values as they are stored, or as fields that the entity's builder makes them of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.compared import BOUNDS
from dynamo_document_builder.expressions.conditions import BeginsWith, Between, Comparison, Condition
from dynamo_document_builder.expressions.functions import as_condition
from dynamo_document_builder.expressions.operands import plain
from dynamo_document_builder.expressions.paths import NODES, THIS, Path
from dynamo_document_builder.model.keys import checked_key, key_attribute
from dynamo_document_builder.paging.clauses import BEGINS_WITH, BETWEEN, LAST, OPERATORS, Clause, checked_clause
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.key_parts import KeyPart

ONE_OF: Final = "=, <, <=, >, >=, between and begins_with; use filter= for others"


def as_sort_condition(given: Any) -> Condition | None:
    """Read a condition on a sort key: a function, `{attribute: function}`, or a value that it equals."""
    if given is None or isinstance(given, Condition):
        return given
    return as_condition(given) if is_mapping(given) else Comparison(THIS, "=", plain(given))


def sort_clause(entity: EntityModel[Any], part: KeyPart, condition: Condition, given: Mapping[str, Any]) -> Clause:
    """Return what a condition asks of a sort key attribute; *given* are the fields known beside its own."""
    bounds = _Bounds(entity, part, given)
    if isinstance(condition, (Comparison, Between, BeginsWith)):
        _check_about(part, condition.operand)
    match condition:
        case Comparison(operator=operator, value=value) if operator in OPERATORS:
            return checked_clause(part.attribute, operator, (bounds.text(value, operator),))
        case Between(low=low, high=high):
            ends = zip((low, high), BOUNDS, strict=True)
            return checked_clause(part.attribute, BETWEEN, tuple(bounds.text(end, sign) for end, sign in ends))
        case BeginsWith(prefix=prefix):
            return checked_clause(part.attribute, BEGINS_WITH, (bounds.text(prefix, BEGINS_WITH),))
        case _:
            raise UsageError(f"sort_key_condition= is one condition on {part.attribute}, of {ONE_OF}")


def _check_about(part: KeyPart, operand: object) -> None:
    names = {part.attribute, part.field or part.attribute}
    if operand == THIS or (isinstance(operand, Path) and len(operand.segments) == 1 and operand.segments[0] in names):
        return
    raise UsageError(
        f"sort_key_condition= is about {part.attribute}, not about {str(operand)!r}: write begins_with(...) alone, or "
        "begins_with({field: value}) to have the key built"
    )


class _Bounds:
    """Makes the values of one condition."""

    def __init__(self, entity: EntityModel[Any], part: KeyPart, given: Mapping[str, Any]) -> None:
        self.entity = entity
        self.part = part
        self.given = given

    def text(self, value: Any, operator: str) -> str:
        """Return a value in DynamoDB JSON."""
        if isinstance(value, NODES):
            raise UsageError(f"{self.part.attribute} is compared with values only, not with another attribute")
        if is_mapping(value):
            return self._built(value, operator)
        if operator == BEGINS_WITH and isinstance(value, (str, bytes)):  # of a field of any type that is stored so
            return key_attribute(value, self.part.attribute, self.part.limit)
        return self._bound(value, operator)

    def _bound(self, value: Any, operator: str) -> str:
        """Return what the attribute is compared with; one that is a field is compared as in any condition."""
        if self.part.field is None or operator == BEGINS_WITH:
            return self.part.wire_text(value)
        kind = self.part.codec.fields[self.part.field].kind
        if operator not in EQUALITIES and kind.unordered:
            raise UsageError(f"{self.part.attribute} is {kind.expected}, {kind.unordered}")
        text = self.part.codec.encode_bound(self.part.field, value, operator)
        return checked_key(text, self.part.attribute, self.part.limit)

    def _built(self, fields: Mapping[str, Any], operator: str) -> str:
        self.entity.view(fields)
        sought = self.part.sought({**self.given, **fields})
        names = ", ".join(map(repr, fields))
        if sought is None:
            raise UsageError(f"{self.part.attribute} has no beginning that {names} alone would give")
        if not sought.is_prefix:
            return self._bound(sought.value, operator)
        if operator == "=":
            raise UsageError(f"{self.part.attribute} is not made of {names} alone: use begins_with for its beginning")
        # Keys with this beginning lie above it: what is to be after all of them, or to include them, ends at the last.
        return self.part.wire_text(sought.value + (LAST if operator in {">", "<="} else ""))

"""A condition on a sort key: its values as they are stored, or as fields that the entity's key is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.condition_forms import as_condition
from dynamo_document_builder.expressions.builders.operands import as_tree_value
from dynamo_document_builder.expressions.json_values.undecoded import decoded
from dynamo_document_builder.expressions.tree.comparison_sides import BOUNDS
from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.expressions.tree.leaves import BeginsWith, Between, Comparison
from dynamo_document_builder.expressions.tree.paths import NODES, THIS, Path
from dynamo_document_builder.model.keys.known_fields import MissingFieldError
from dynamo_document_builder.model.keys.templates import ranges
from dynamo_document_builder.model.keys.values import checked_key, key_attribute
from dynamo_document_builder.paging.keys.clauses import (
    BEGINS_WITH,
    BETWEEN,
    OPERATORS,
    Clause,
    Selection,
    checked_clause,
)
from dynamo_document_builder.schema.failures import MisfitError, inside
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES
from dynamo_document_builder.schema.type_guards import type_name
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.keys.templates.ranges import Compared, Range
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate
    from dynamo_document_builder.schema.kinds.base import Kind

ONE_OF: Final = "=, <, <=, >, >=, between and begins_with; use filter= for others"


def as_sort_condition(given: Any) -> Condition | None:
    """Read a condition on a sort key: a function, `{attribute: function}`, or a value that it equals."""
    if given is None or isinstance(given, Condition):
        return given
    return as_condition(given) if is_mapping(given) else Comparison(THIS, "=", as_tree_value(given))


def sort_selection(
    entity: EntityModel[Any], part: KeyAttribute, condition: Condition, known: Mapping[str, Any]
) -> Selection:
    """Return what a condition asks of a sort key attribute; *known* are the fields that are given beside its own."""
    asked = _Asked(entity, part, known)
    if isinstance(condition, (Comparison, Between, BeginsWith)):
        _check_about(part, condition.operand)
    match condition:
        case Comparison(operator=operator, value=value) if operator in OPERATORS:
            return asked.compared(operator, value)
        case Between(low=low, high=high):
            return asked.between(low, high)
        case BeginsWith(prefix=text):
            return asked.begins_with(text)
        case _:
            raise UsageError(f"sort_key_condition= is one condition on {part.attribute}, of {ONE_OF}")


def _check_about(part: KeyAttribute, operand: object) -> None:
    names = {part.attribute, part.field or part.attribute}
    if operand == THIS or (isinstance(operand, Path) and len(operand.segments) == 1 and operand.segments[0] in names):
        return
    raise UsageError(
        f"sort_key_condition= is about {part.attribute}, not about {str(operand)!r}: write begins_with(...) alone, or "
        "begins_with({field: value}) to have the key built"
    )


class _Asked(Struct, frozen=True):
    """One condition on a sort key attribute."""

    entity: EntityModel[Any]
    part: KeyAttribute
    known: Mapping[str, Any]

    def compared(self, operator: str, value: Any) -> Selection:
        """Return the selection for one comparison."""
        if not is_mapping(value):
            return self._one(operator, self._stored(value, operator))
        if operator == "=":
            return self._one("=", self._whole(value))
        compared = self._compared(value)
        if compared.is_bare:
            return self._one(operator, self.part.wire_text(compared.value))
        comparison = cast("ranges.Comparison", operator)
        found = compared.range(comparison)
        return self._of_range(found, lambda key: compared.satisfies(key, comparison))

    def between(self, low: Any, high: Any) -> Selection:
        """Return the selection for a range, both ends included."""
        if not (is_mapping(low) and is_mapping(high)):
            if is_mapping(low) or is_mapping(high):
                raise UsageError(f"between takes two values of {self.part.attribute}, or fields for both")
            ends = (self._stored(end, sign) for end, sign in zip((low, high), BOUNDS, strict=True))
            return self._selection(checked_clause(self.part.attribute, BETWEEN, tuple(ends)))
        lower, upper = self._compared(low), self._compared(high)
        if lower.head != upper.head or lower.field is not upper.field:
            raise UsageError("between compares one field: give the same fields before it on both sides")
        if lower.is_bare:
            texts = self.part.wire_text(lower.value), self.part.wire_text(upper.value)
            return self._selection(checked_clause(self.part.attribute, BETWEEN, texts))
        one, other = lower.range(">="), upper.range("<=")
        together = ranges.Range(one.low, other.high, one.is_exact and other.is_exact)
        return self._of_range(together, lambda key: lower.satisfies(key, ">=") and upper.satisfies(key, "<="))

    def begins_with(self, text: Any) -> Selection:
        """Return the selection for a beginning."""
        if not is_mapping(text):
            return self._one(BEGINS_WITH, self._stored(text, BEGINS_WITH))
        template = self._template()
        given = self._leading(template, text, last_is_text=True)
        if template.is_number:
            raise UsageError(f"{self.part.attribute} is a number, which has no beginning: compare it, or use between")
        found = ranges.prefix(template, given, begins=True)
        return self._one(BEGINS_WITH, self.part.wire_text(found.text)) if found.text else Selection()

    def _one(self, operator: str, value: str) -> Selection:
        return self._selection(checked_clause(self.part.attribute, operator, (value,)))

    def _selection(self, clause: Clause) -> Selection:
        return Selection((clause,))

    def _of_range(self, found: Range, is_meant: Callable[[str], bool]) -> Selection:
        clauses: tuple[Clause, ...] = ()
        ends = [None if text is None else self.part.wire_text(text) for text in (found.low, found.high)]
        match ends:
            case [str() as low, str() as high]:
                clauses = (checked_clause(self.part.attribute, BETWEEN, (low, high)),)
            case [str() as low, _]:
                clauses = (Clause(self.part.attribute, ">=", (low,)),)
            case [_, str() as high]:
                clauses = (Clause(self.part.attribute, "<=", (high,)),)
            case _:
                pass
        return Selection(clauses, None if found.is_exact else is_meant, self.part.attribute)

    def _compared(self, fields: Mapping[str, Any]) -> Compared:
        template = self._template()
        return ranges.compared(template, self._leading(template, fields))

    def _template(self) -> KeyTemplate:
        template = self.part.template_given(self.known)
        if template is None:
            raise UsageError(
                f"{self.part.attribute} has no beginning that fields alone would give ({self.part.source.described}): "
                "write it as a template, or give the stored text"
            )
        return template

    def _leading(
        self, template: KeyTemplate, fields: Mapping[str, Any], *, last_is_text: bool = False
    ) -> dict[str, Any]:
        """Return the fields of the template that are given, here or for the partition key, each checked."""
        last = next((one.name for one in reversed(template.fields) if one.name in fields), None)
        texts = {last} if last_is_text and isinstance(fields.get(last or ""), str) else set[str | None]()
        self.entity.checked_fields({name: value for name, value in fields.items() if name not in texts})
        names = [one.name for one in template.fields]
        # What the partition key tells counts only before the field that is asked for.
        before = names[: names.index(last)] if last is not None else []
        return {**{name: self.known[name] for name in before if self.known.get(name) is not None}, **fields}

    def _whole(self, fields: Mapping[str, Any]) -> str:
        self.entity.checked_fields(fields)
        given = {**self.known, **fields}
        template = self.part.template_given(given)
        if (
            template is not None
            and not ranges.prefix(
                template, {n: v for n, v in given.items() if n in template.reads or n in fields}
            ).is_whole
        ):
            raise UsageError(
                f"{self.part.attribute} is not built from {', '.join(map(repr, fields))} alone: use begins_with for "
                "its beginning"
            )
        try:
            text, _ = self.part.build_for_query(given)
        except MissingFieldError as missing:
            raise UsageError(f"{self.part.attribute} is built from {missing.field!r} too: give that as well") from None
        if text is None:
            raise UsageError(f"{self.part.attribute} would be None: items without it are not in the index")
        return text

    def _stored(self, value: Any, operator: str) -> str:
        """Return a value of the attribute itself as DynamoDB JSON."""
        if isinstance(value, NODES):
            raise UsageError(f"{self.part.attribute} is compared with values only, not with another attribute")
        kind = None if self.part.field is None else self.entity.codec.fields[self.part.field].kind
        value = self._decoded(value, kind)
        if self.part.field is None or kind is None:
            return self._raw(value)
        if operator == BEGINS_WITH:
            if not isinstance(value, (str, bytes)):
                return self.part.field_text(value)
            if kind.stored_type not in {None, "B" if isinstance(value, bytes) else "S"}:
                raise UsageError(f"{self.part.attribute} is {kind.expected}: it cannot begin with {type_name(value)}")
            return self._raw(value)
        if operator not in EQUALITIES and kind.unordered:
            raise UsageError(f"{self.part.attribute} is {kind.expected}, {kind.unordered}")
        text = self.entity.codec.encode_bound(self.part.field, value, operator)
        return checked_key(text, self.part.attribute, self.part.limit)

    def _decoded(self, value: Any, kind: Kind | None) -> Any:
        try:
            return decoded(value, kind)
        except MisfitError as error:
            name = self.part.field or self.part.attribute
            raise MisfitError([replace(one, path=inside(name, one.path)) for one in error.failures]) from error

    def _raw(self, value: Any) -> str:
        template = self.part.template_given(self.known)
        if template is not None and not _fits(template, value):
            expected = "a number" if template.is_number else "text"
            raise UsageError(f"{self.part.attribute} is {expected}, not {type(value).__name__} ({template})")
        return key_attribute(value, self.part.attribute, self.part.limit)


def _fits(template: KeyTemplate, value: Any) -> bool:
    return not isinstance(value, (str, bytes)) if template.is_number else isinstance(value, str)

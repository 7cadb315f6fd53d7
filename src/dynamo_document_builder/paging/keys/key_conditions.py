"""
Which keys a query is about: from the fields given, the entity's own keys, and a condition on the sort key.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.known_fields import MissingFieldError
from dynamo_document_builder.model.keys.templates.ranges import prefix
from dynamo_document_builder.paging.keys.clauses import BEGINS_WITH, Clause, Selection, checked_clause
from dynamo_document_builder.paging.keys.sort_conditions import sort_selection
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate


@define
class SoughtKey:
    """The keys an entity is asked for, in its table or in an index."""

    entity: EntityModel[Any]
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    given: Any
    argument: str
    """What the fields were given as: `key=` or `index=`."""
    fields: Mapping[str, Any] = field(init=False)
    left: dict[str, Any] = field(init=False)
    """The fields that the partition key is not built from: they narrow the sort key."""

    def __attrs_post_init__(self) -> None:
        self.fields = self.entity.key_fields(self.given)
        self.left = dict(self.fields)
        for name, value in {pair for part in (*self.partition, *self.sort) for pair in part.when}:
            if name in self.left and is_mapping(self.given) and self.left.pop(name) != value:
                raise UsageError(f"{name!r} in {self.argument} has a value whose items are not in the index (when=)")

    def selection(self, condition: Condition | None) -> Selection:
        """Return what to ask of each key attribute, from the left."""
        clauses = [self._partition_clause(part) for part in self.partition]
        fixed = self._fixed(condition)
        clauses.extend(fixed)
        rest = self.sort[len(fixed) :]
        if condition is not None:
            return self._with_condition(clauses, rest, condition)
        if rest and (clause := self._begun(rest[0])) is not None:
            clauses.append(clause)
            rest = rest[1:]
        self._check_used(rest)
        return Selection(tuple(clauses))

    def _partition_clause(self, part: KeyAttribute) -> Clause:
        try:
            text, fields_used = part.build_for_query(self.fields)
        except MissingFieldError as missing:
            raise UsageError(
                f"its partition key is incomplete: {part.attribute} is built from field {missing.field!r}, which "
                f"{self.argument} does not give"
            ) from None
        if text is None:
            raise UsageError(
                f"its partition key is incomplete: {part.attribute} would be None, and items without it are not in the "
                "index"
            )
        for name in fields_used:
            self.left.pop(name, None)
        return Clause(part.attribute, "=", (text,))

    def _fixed(self, condition: Condition | None) -> list[Clause]:
        """
        Return clauses for the leading attributes of the sort key that are given whole.

        With a condition, one that no given field is part of is left to it.
        """
        clauses: list[Clause] = []
        for part in self.sort:
            found = self._whole(part)
            if found is None:
                break
            text, fields_used = found
            if condition is not None and (not fields_used & self.left.keys() or not is_mapping(self.given)):
                break
            clauses.append(Clause(part.attribute, "=", (text,)))
            for name in fields_used:
                self.left.pop(name, None)
        return clauses

    def _whole(self, part: KeyAttribute) -> tuple[str, frozenset[str]] | None:
        if part.needs_whole_item:
            return None
        try:
            text, fields_used = part.build_for_query(self.fields)
        except MissingFieldError:
            return None
        if text is None:
            raise UsageError(f"{part.attribute} would be None: items without it are not in the index")
        return text, fields_used

    def _begun(self, part: KeyAttribute) -> Clause | None:
        """Return the clause for an attribute of which only leading fields are given; `None` if it says nothing."""
        template = part.template_given(self.fields)
        if template is None or template.is_number:
            return None
        if template is not part.template:  # the class decides, which the tag has told
            self.left.pop(str(self.entity.codec.discriminator), None)
        leading = self._leading(template)
        found = prefix(template, leading)
        for name in leading:
            self.left.pop(name, None)
        return checked_clause(part.attribute, BEGINS_WITH, (part.wire_text(found.text),)) if found.text else None

    def _leading(self, template: KeyTemplate) -> dict[str, Any]:
        """Return the fields of a template that are given, from the left up to the first that is not."""
        leading: dict[str, Any] = {}
        for one in template.fields:
            value = self.fields.get(one.name)
            if one.name in self.fields and value is None and is_mapping(self.given):
                raise UsageError(f"{one.name!r} in {self.argument} is None, and a key is built from values")
            if value is None:
                self._check_leading(template, leading, one.name)
                break
            leading[one.name] = value
        return leading

    def _check_leading(self, template: KeyTemplate, leading: Mapping[str, Any], missing: str) -> None:
        for name in self.left if is_mapping(self.given) else ():
            if name in template.reads and name not in leading:
                raise UsageError(f"{name!r} narrows nothing: give {missing!r} first ({template})")

    def _check_used(self, rest: Sequence[KeyAttribute]) -> None:
        """Refuse a field that narrows nothing: it would be dropped without anybody noticing."""
        if not is_mapping(self.given):
            return
        for name in self.left:
            raise UsageError(f"{name!r} in {self.argument} narrows nothing: {self._why_unused(name, rest)}")

    def _why_unused(self, name: str, rest: Sequence[KeyAttribute]) -> str:
        for part in rest:
            if part.reads is not None and name not in part.reads:
                continue
            if part is not rest[0]:
                return f"give what {rest[0].attribute} is built from first"
            return (
                f"{part.attribute} is built by a function whose beginning is not known ({part.source.described}); "
                "write it as a template"
            )
        return "no part of this key is built from it; use filter="

    def _with_condition(self, clauses: list[Clause], rest: Sequence[KeyAttribute], condition: Condition) -> Selection:
        if not rest:
            detail = "the given fields are the whole sort key already" if self.sort else "there is no sort key"
            raise UsageError(f"sort_key_condition= cannot be used here: {detail}")
        if is_mapping(self.given):
            for name in self.left:
                raise UsageError(
                    f"{name!r} in {self.argument} and sort_key_condition= both narrow the sort key: give it in the "
                    f"condition, as in begins_with({{{name!r}: ...}})"
                )
        found = sort_selection(self.entity, rest[0], condition, self.fields)
        return Selection((*clauses, *found.clauses), found.is_meant, found.sort_attribute)

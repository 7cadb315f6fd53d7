"""
Build the key condition of a query from the given fields, the keys of the entity, and a condition on the sort key.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.known_fields import MissingFieldError
from dynamo_document_builder.model.keys.templates.ranges import prefix
from dynamo_document_builder.paging.keys.sort_conditions import sort_selection
from dynamo_document_builder.paging.keys.terms import BEGINS_WITH, KeyTerm, Selection, checked_term
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate


@define
class KeyConditionBuilder:
    """Builds the key condition of a query on an entity, for its table or for an index."""

    entity: EntityModel[Any]
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    given: Any
    argument: str
    """The argument that gave the fields: `key=` or `index=`."""
    fields: Mapping[str, Any] = field(init=False)
    unused: dict[str, Any] = field(init=False)
    """The given fields that no term uses yet."""

    def __attrs_post_init__(self) -> None:
        self.fields = self.entity.key_fields(self.given)
        self.unused = dict(self.fields)
        for name, value in {pair for part in (*self.partition, *self.sort) for pair in part.when}:
            if name in self.unused and is_mapping(self.given) and self.unused.pop(name) != value:
                raise UsageError(f"{name!r} in {self.argument} has a value whose items are not in the index (when=)")

    def selection(self, condition: Condition | None) -> Selection:
        """Return the terms for the key attributes, from left to right."""
        terms = [self._partition_term(part) for part in self.partition]
        fixed = self._equal_terms(condition)
        terms.extend(fixed)
        rest = self.sort[len(fixed) :]
        if condition is not None:
            return self._with_condition(terms, rest, condition)
        if rest and (term := self._prefix_term(rest[0])) is not None:
            terms.append(term)
            rest = rest[1:]
        self._check_used(rest)
        return Selection(tuple(terms))

    def _partition_term(self, part: KeyAttribute) -> KeyTerm:
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
            self.unused.pop(name, None)
        return KeyTerm(part.attribute, "=", (text,))

    def _equal_terms(self, condition: Condition | None) -> list[KeyTerm]:
        """
        Return equality terms for the leading attributes of the sort key whose fields are all given.

        The condition, if there is one, applies to the first attribute that no given field is part of.
        """
        terms: list[KeyTerm] = []
        for part in self.sort:
            found = self._whole(part)
            if found is None:
                break
            text, fields_used = found
            if condition is not None and (not fields_used & self.unused.keys() or not is_mapping(self.given)):
                break
            terms.append(KeyTerm(part.attribute, "=", (text,)))
            for name in fields_used:
                self.unused.pop(name, None)
        return terms

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

    def _prefix_term(self, part: KeyAttribute) -> KeyTerm | None:
        """Return the prefix term for an attribute whose leading fields are given; `None` for an empty prefix."""
        template = part.template_given(self.fields)
        if template is None or template.is_number:
            return None
        if template is not part.template:  # the discriminator has determined the class
            self.unused.pop(str(self.entity.codec.discriminator), None)
        leading = self._leading(template)
        found = prefix(template, leading)
        for name in leading:
            self.unused.pop(name, None)
        return checked_term(part.attribute, BEGINS_WITH, (part.wire_text(found.text),)) if found.text else None

    def _leading(self, template: KeyTemplate) -> dict[str, Any]:
        """Return the given fields of a template, from the left up to the first missing one."""
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
        for name in self.unused if is_mapping(self.given) else ():
            if name in template.reads and name not in leading:
                raise UsageError(f"{name!r} cannot narrow the query: give {missing!r} first ({template})")

    def _check_used(self, rest: Sequence[KeyAttribute]) -> None:
        """Raise a `UsageError` for a field that cannot narrow the query; it would be ignored silently."""
        if not is_mapping(self.given):
            return
        for name in self.unused:
            raise UsageError(f"{name!r} in {self.argument} cannot narrow the query: {self._why_unused(name, rest)}")

    def _why_unused(self, name: str, rest: Sequence[KeyAttribute]) -> str:
        for part in rest:
            if part.reads is not None and name not in part.reads:
                continue
            if part is not rest[0]:
                return f"give the fields of {rest[0].attribute} first"
            return (
                f"{part.attribute} is built by a function whose prefix is not known ({part.source.described}); "
                "write it as a template"
            )
        return "no part of this key is built from it; use filter="

    def _with_condition(self, terms: list[KeyTerm], rest: Sequence[KeyAttribute], condition: Condition) -> Selection:
        if not rest:
            detail = "the given fields are the whole sort key already" if self.sort else "there is no sort key"
            raise UsageError(f"sort_key_condition= cannot be used here: {detail}")
        if is_mapping(self.given):
            for name in self.unused:
                raise UsageError(
                    f"{name!r} in {self.argument} and sort_key_condition= both narrow the sort key: give it in the "
                    f"condition, as in begins_with({{{name!r}: ...}})"
                )
        found = sort_selection(self.entity, rest[0], condition, self.fields)
        return Selection((*terms, *found.terms), found.is_selected, found.sort_attribute)

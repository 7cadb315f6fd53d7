"""
Which keys a query is about: from the fields given, the entity's own builders, and a condition on the sort key.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.views import MissingFieldError
from dynamo_document_builder.paging.clauses import BEGINS_WITH, Clause, checked_clause
from dynamo_document_builder.paging.sort_conditions import sort_clause
from dynamo_document_builder.schema.members import value_of
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.key_parts import KeyPart, Sought


@frozen
class SoughtKey:
    """The keys an entity is asked for, in its table or in an index."""

    entity: EntityModel[Any]
    partition: tuple[KeyPart, ...]
    sort: tuple[KeyPart, ...]
    given: Any
    argument: str
    """What the fields were given as: `key=` or `index=`."""

    def clauses(self, condition: Condition | None) -> tuple[Clause, ...]:
        """Return what to ask of each key attribute, from the left."""
        item = self.entity.view_or_instance(self.given)
        partition = tuple(Clause(part.attribute, "=", (self._whole(part, item),)) for part in self.partition)
        sort = tuple(self._narrowed() if condition is None else self._with_condition(condition))
        return (*partition, *sort)

    def _whole(self, part: KeyPart, item: object) -> str:
        try:
            text = part.text(item)
        except MissingFieldError as missing:
            raise UsageError(
                f"its partition key is incomplete: {part.attribute} is built from field {missing.field!r}, which "
                f"{self.argument} does not give"
            ) from None
        if text is None:
            raise UsageError(f"its partition key is incomplete: {part.attribute} would be None")
        return text

    def _narrowed(self) -> Iterator[Clause]:
        """Yield what the given fields say of the sort key."""
        given = self._fields()
        self._check_used(given)
        for part, sought in zip(self.sort, _sought(self.sort, given), strict=False):
            operator = BEGINS_WITH if sought.is_prefix else "="
            yield checked_clause(part.attribute, operator, (part.wire_text(sought.value),))

    def _check_used(self, given: Mapping[str, Any]) -> None:
        # A field that changes nothing was meant to narrow the query, and would be dropped without a word.
        if not is_mapping(self.given):
            return
        for name in given.keys() - self._partition_reads():
            others = {other: value for other, value in given.items() if other != name}
            if _sought(self.sort, given) == _sought(self.sort, others):
                raise UsageError(f"{name!r} in {self.argument} narrows nothing: {self._why_unused(name)}")

    def _why_unused(self, name: str) -> str:
        if any(name in part.reads for part in self.sort):
            return "in the sort key it comes after fields that are not given"
        return "no part of this key is built from it; use filter="

    def _with_condition(self, condition: Condition) -> Iterator[Clause]:
        given = self._fields()
        fixed = [part for part in self.sort if self._is_given(part, given)]
        if len(fixed) == len(self.sort):
            detail = "the given fields are the whole sort key already" if fixed else "there is no sort key"
            raise UsageError(f"sort_key_condition= has nothing to be about: {detail}")
        for part, own in zip(fixed, self.sort, strict=False):
            if part is not own:
                raise UsageError(f"{part.attribute} is given, but {own.attribute}, which comes before it, is not")
        for part in fixed:
            yield Clause(part.attribute, "=", (self._whole(part, self.entity.view_or_instance(self.given)),))
        self._check_unfixed(given, fixed)
        yield sort_clause(self.entity, self.sort[len(fixed)], condition, given)

    def _is_given(self, part: KeyPart, given: Mapping[str, Any]) -> bool:
        # Not one that the partition key's fields, or none at all, are enough for: a condition may ask for others.
        return is_mapping(self.given) and bool(part.reads - self._partition_reads()) and part.reads <= given.keys()

    def _check_unfixed(self, given: Mapping[str, Any], fixed: Sequence[KeyPart]) -> None:
        if not is_mapping(self.given):
            return
        used = self._partition_reads().union(*(part.reads for part in fixed))
        for name in given.keys() - used:
            raise UsageError(
                f"{name!r} in {self.argument} and sort_key_condition= both narrow the sort key: give it in the "
                f"condition, as in begins_with({{{name!r}: ...}})"
            )

    def _partition_reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.reads for part in self.partition))

    def _fields(self) -> Mapping[str, Any]:
        if is_mapping(self.given):
            return self.given
        return {name: value_of(self.given, name) for name in self.entity.codec.fields}


def _sought(parts: Sequence[KeyPart], given: Mapping[str, Any]) -> list[Sought]:
    """Return what the given fields say of the sort key: from the left, and up to the first that is not whole."""
    found: list[Sought] = []
    for part in parts:
        sought = part.sought(given)
        if sought is None:
            break
        found.append(sought)
        if sought.is_prefix:
            break
    return found

"""A request with values taken out, all of them or those of hidden attributes; the structure stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import MASKED
from dynamo_document_builder.explain.words.values import HIDDEN
from dynamo_document_builder.expressions.text.conditions import Conditions
from dynamo_document_builder.expressions.text.placeholders import names_from
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.updates import Updates
from dynamo_document_builder.model.entities.hidden import clauses_of, ends_of, leads_to_hidden, paths_in
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.wire.request import Request

_VALUES: Final = frozenset({"Key", "Item", "ExpressionAttributeValues", "ExclusiveStartKey"})
"""The members whose own members are values, under names or placeholders."""
_TABLES: Final = "RequestItems"
"""The member whose own members are tables, of whatever names."""
_CONDITIONS: Final = ("ConditionExpression", "FilterExpression", "KeyConditionExpression")


def body_text(request: Request, *, values: bool, hidden: frozenset[str] = frozenset()) -> str:
    """Return the body of a request: as it is sent, without the values of hidden attributes, or without any value."""
    if not values:
        return json.dumps(_members(request.payload), ensure_ascii=False)
    if not hidden:
        return request.body.decode()
    masked = _Masking(hidden).request(request.payload)
    return request.body.decode() if masked == request.payload else json.dumps(masked, ensure_ascii=False)


def _members(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _member(name, member) for name, member in payload.items()}


def _member(name: str, member: Any) -> Any:
    if name in _VALUES:
        return _marks(member)
    if name == _TABLES:
        return {table: _masked(of_table) for table, of_table in member.items()}
    if name == "Keys":
        return [_marks(key) for key in member]
    return member if name == "ExpressionAttributeNames" else _masked(member)


def _masked(value: Any) -> Any:
    if is_mapping(value):
        return _members(value)
    return [_masked(element) for element in value] if is_sequence(value) else value


def _marks(values: Any) -> Any:
    # What is no DynamoDB JSON, in an operation that somebody wrote by hand, is hidden whole.
    return {name: _mark(wire, HIDDEN) for name, wire in values.items()} if is_mapping(values) else HIDDEN


def _mark(wire: Any, mark: str) -> Any:
    return dict.fromkeys(wire, mark) if is_mapping(wire) else mark


@frozen
class _Masking:
    """Takes out the values of hidden attributes."""

    hidden: frozenset[str]

    def request(self, value: Any) -> Any:
        """Return a request, or a part of one that is not a value."""
        if is_sequence(value):
            return [self.request(one) for one in value]
        if not is_mapping(value):
            return value
        return {name: self._member(name, member, value) for name, member in value.items()}

    def _member(self, name: str, member: Any, parts: Mapping[str, Any]) -> Any:
        if name in {"Item", "ExclusiveStartKey"}:
            return self._attributes(member)
        if name == "ExpressionAttributeValues" and is_mapping(member):
            secret = self._secret(parts)
            return {one: self._value(wire, hide=one in secret) for one, wire in member.items()}
        # The primary key is shown, as in every error.
        return member if name in {"Key", "Keys", "ExpressionAttributeNames"} else self.request(member)

    def _attributes(self, values: Any) -> Any:
        if not is_mapping(values):
            return values
        return {name: self._value(wire, hide=name in self.hidden) for name, wire in values.items()}

    def _value(self, wire: Any, *, hide: bool) -> Any:
        if hide:
            return _mark(wire, MASKED)
        if not is_mapping(wire):
            return wire
        return {tag: self._inner(tag, value) for tag, value in wire.items()}

    def _inner(self, tag: str, value: Any) -> Any:
        if tag == "M":
            return self._attributes(value)
        return [self._value(one, hide=False) for one in value] if tag == "L" and is_sequence(value) else value

    def _secret(self, parts: Mapping[str, Any]) -> frozenset[str]:
        """Return the placeholders that stand beside a hidden attribute; all of them where that cannot be read."""
        try:
            return frozenset(self._beside_hidden(parts))
        except (UsageError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return frozenset(parts["ExpressionAttributeValues"])

    def _beside_hidden(self, parts: Mapping[str, Any]) -> Iterable[str]:
        for part in _read(parts):
            if any(leads_to_hidden(path, self.hidden) for path in paths_in(part)):
                yield from (one.name for one in ends_of(part) if isinstance(one, _Placeholder))


@frozen
class _Placeholder:
    """Stands for a value while an expression is read."""

    name: str


def _read(parts: Mapping[str, Any]) -> Iterable[object]:
    """Yield every comparison and every change in the expressions of one operation."""
    names = names_from(parts.get("ExpressionAttributeNames"))
    values = {name: _stand_in(name, wire) for name, wire in parts["ExpressionAttributeValues"].items()}
    for member in _CONDITIONS:
        if member in parts:
            yield from clauses_of(Conditions(Reader(parts[member], names, values)).whole())
    if "UpdateExpression" in parts:
        yield from Updates(Reader(parts["UpdateExpression"], names, values)).whole()


def _stand_in(name: str, wire: Mapping[str, Any]) -> object:
    # A set stays one: the reader of updates tells ADD to a set from ADD to a number by the value.
    return frozenset({_Placeholder(name)}) if wire.keys() <= {"SS", "NS", "BS"} else _Placeholder(name)

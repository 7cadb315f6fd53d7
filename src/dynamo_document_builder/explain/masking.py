"""Masking of the values in a request: all of them, or those of hidden attributes. The structure is unchanged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.errors.texts import MASKED
from dynamo_document_builder.explain.words.describer import HIDDEN
from dynamo_document_builder.expressions.text.condition_parser import ConditionParser
from dynamo_document_builder.expressions.text.placeholders import names_from
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.unchecked import UNREADABLE
from dynamo_document_builder.expressions.text.update_parser import UpdateParser
from dynamo_document_builder.model.entities.hidden import clauses_of, leads_to_hidden, leaves_of, paths_in
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.wire.request import Request

_VALUES: Final = frozenset({"Key", "Item", "ExpressionAttributeValues", "ExclusiveStartKey"})
"""The members of a request that map names or placeholders to values."""
_TABLES: Final = "RequestItems"
"""The member that maps table names to requests."""
_CONDITIONS: Final = ("ConditionExpression", "FilterExpression", "KeyConditionExpression")


def body_text(request: Request, *, values: bool, hidden: frozenset[str] = frozenset()) -> str:
    """
    Return the body of a request as JSON.

    With `values=False`, every value is replaced; otherwise those of the attributes in *hidden*.
    """
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
    # A raw operation may hold something that is not DynamoDB JSON: all of it is replaced.
    return {name: _mark(wire, HIDDEN) for name, wire in values.items()} if is_mapping(values) else HIDDEN


def _mark(wire: Any, mark: str) -> Any:
    return dict.fromkeys(wire, mark) if is_mapping(wire) else mark


@frozen
class _Masking:
    """Masks the values of hidden attributes."""

    hidden: frozenset[str]

    def request(self, value: Any) -> Any:
        """Return a request, or a part of it that is not a value, with the hidden values masked."""
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
        # The primary key is never hidden: errors show it too.
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
        return {wire_type: self._inner(wire_type, value) for wire_type, value in wire.items()}

    def _inner(self, wire_type: str, value: Any) -> Any:
        if wire_type == "M":
            return self._attributes(value)
        return [self._value(one, hide=False) for one in value] if wire_type == "L" and is_sequence(value) else value

    def _secret(self, parts: Mapping[str, Any]) -> frozenset[str]:
        """Return the placeholders used with a hidden attribute; all placeholders if an expression cannot be parsed."""
        try:
            return frozenset(self._used_with_hidden(parts))
        except UNREADABLE:
            return frozenset(parts["ExpressionAttributeValues"])

    def _used_with_hidden(self, parts: Mapping[str, Any]) -> Iterable[str]:
        for part in _read(parts):
            if any(leads_to_hidden(path, self.hidden) for path in paths_in(part)):
                yield from (one.name for one in leaves_of(part) if isinstance(one, _Placeholder))


@frozen
class _Placeholder:
    """Stands for a value while an expression is parsed."""

    name: str


def _read(parts: Mapping[str, Any]) -> Iterable[object]:
    """Yield every comparison and every change in the expressions of one operation."""
    names = names_from(parts.get("ExpressionAttributeNames"))
    values = {name: _stand_in(name, wire) for name, wire in parts["ExpressionAttributeValues"].items()}
    for member in _CONDITIONS:
        if member in parts:
            yield from clauses_of(ConditionParser(Reader(parts[member], names, values)).parse())
    if "UpdateExpression" in parts:
        yield from UpdateParser(Reader(parts["UpdateExpression"], names, values)).parse()


def _stand_in(name: str, wire: Mapping[str, Any]) -> object:
    # A set must stay a set: the parser distinguishes ADD to a set from ADD to a number by the value.
    return frozenset({_Placeholder(name)}) if wire.keys() <= {"SS", "NS", "BS"} else _Placeholder(name)

"""A request with its values taken out: what is asked stays, with what does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.explain.words import HIDDEN
from dynamo_document_builder.wire.guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.wire.request import Request

_VALUES: Final = frozenset({"Key", "Item", "ExpressionAttributeValues", "ExclusiveStartKey"})
"""The members whose own members are values, under names or placeholders."""
_TABLES: Final = "RequestItems"
"""The member whose own members are tables, of whatever names."""


def body_text(request: Request, *, values: bool) -> str:
    """Return the body of a request, with its values or with marks in their places."""
    return request.body.decode() if values else json.dumps(_members(request.payload), ensure_ascii=False)


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
    return {name: _mark(wire) for name, wire in values.items()} if is_mapping(values) else HIDDEN


def _mark(wire: Any) -> Any:
    return dict.fromkeys(wire, HIDDEN) if is_mapping(wire) else HIDDEN

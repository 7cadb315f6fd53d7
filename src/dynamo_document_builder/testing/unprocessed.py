"""A step that leaves entries of a batch unprocessed, as DynamoDB does under load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.testing.steps import METADATA, Step
from dynamo_document_builder.wire.request import Request, Response
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable

_UNPROCESSED: Final = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}


def unprocessed(*positions: int, times: int = 1) -> Step:
    """
    Leave the entries of a batch at *positions* unprocessed. Default: all entries.

    The transport behind the script processes the other entries. Without such a transport, the response reports other
    writes as done and other keys as not found. Positions count from 0, across all tables of the request.

    Example:
        >>> from dynamo_document_builder.testing import unprocessed
        >>> unprocessed(0, 2, times=2).times
        2

    """
    return Unprocessed(positions, times=times)


@frozen
class Unprocessed(Step):
    """A batch with unprocessed entries."""

    positions: tuple[int, ...]

    def forwarded(self, request: Request) -> Request | None:
        """Return the request without the unprocessed entries, or `None` if no entry remains."""
        done = _entries_at(request, lambda position: not self._leaves(position))
        if not done:
            return None
        return Request(request.operation, json.dumps(request.payload | {"RequestItems": done}).encode(), request.tables)

    def outcome(self, request: Request, answer: Response | None) -> Response:
        """Return the response of the transport behind, with the unprocessed entries added."""
        left = _entries_at(request, self._leaves)
        body: dict[str, Any] = {"Responses": {}} if answer is None else json.loads(answer.body)
        for table, entries in body.get(_UNPROCESSED[request.operation], {}).items():
            left[table] = _with_entries(entries, [*_entries(left.get(table, [])), *_entries(entries)])
        return Response(json.dumps(body | {_UNPROCESSED[request.operation]: left}).encode(), METADATA)

    def _leaves(self, position: int) -> bool:
        return not self.positions or position in self.positions


def _entries(group: Any) -> list[Any]:
    entries: list[Any] = group["Keys"] if is_mapping(group) else group
    return entries


def _with_entries(group: Any, entries: list[Any]) -> Any:
    return {**group, "Keys": entries} if is_mapping(group) else entries


def _entries_at(request: Request, chosen: Callable[[int], bool]) -> dict[str, Any]:
    """Return the entries at the chosen positions, by table. Positions count across all tables."""
    if request.operation not in _UNPROCESSED:
        raise AssertionError(
            f"{request.operation} is not a batch: expect BatchGetItem or BatchWriteItem for unprocessed()"
        )
    found: dict[str, Any] = {}
    position = 0
    for table, group in request.payload["RequestItems"].items():
        entries = _entries(group)
        selected = [one for at, one in enumerate(entries, position) if chosen(at)]
        position += len(entries)
        if selected:
            found[table] = _with_entries(group, selected)
    return found

"""Finding the entry that a part of an answer is about: each is named once at most, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import UnexpectedResponseError
from dynamo_document_builder.model.tables.names import own_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from msgspec import Raw

    from dynamo_document_builder.batches.layout import Entry, Lane


class Asked:
    """The entries of one request that its answer has not named yet."""

    __slots__ = ("_lanes", "_operation", "_waiting")

    def __init__(self, operation: str, lanes: Mapping[Lane, Sequence[Entry]]) -> None:
        self._operation = operation
        self._waiting = {lane: {entry.key: entry for entry in those} for lane, those in lanes.items()}
        self._lanes = {lane.table.__resource__: lane for lane in self._waiting}

    def left(self) -> Iterator[Entry]:
        """Yield the entries that were not named."""
        for waiting in self._waiting.values():
            yield from waiting.values()

    def take(self, table: str, raw: Raw, kind: str) -> Entry:
        """Return the entry of a key, or of an item with that key, that came back under the name of a table."""
        return self.take_all(table, [raw], kind)[0]

    def take_all(self, table: str, raws: Sequence[Raw], kind: str) -> list[Entry]:
        """Return the entries of all that came back under the name of a table."""
        lane = self._lane(table)
        return self._taken(lane, [*map(lane.key_of, raws)], kind)

    def take_keys(self, table: str, keys: Sequence[str], kind: str) -> list[Entry]:
        """Return the entries of keys that came back under the name of a table."""
        return self._taken(self._lane(table), keys, kind)

    def _lane(self, table: str) -> Lane:
        lane = self._lanes.get(own_name(table))  # it may be an ARN
        if lane is None:
            raise self.unexpected(f"names the table {table!r}")
        return lane

    def _taken(self, lane: Lane, keys: Sequence[str], kind: str) -> list[Entry]:
        take = self._waiting[lane].pop
        taken: list[Entry] = []
        for key in keys:
            entry = take(key, None)
            if entry is None or entry.kind != kind:
                raise self.unexpected(f"names the {kind} of {key} in table {lane.table.name!r}, or does so twice")
            taken.append(entry)
        return taken

    def unexpected(self, what: str) -> UnexpectedResponseError:
        return UnexpectedResponseError(
            f"{self._operation}: its answer {what}, which was not asked for", operation=self._operation
        )

"""Finding the entry that a part of an answer is about: each is named once at most, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from dynamo_document_builder.errors import UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import Raw

    from dynamo_document_builder.batches.entries import Entry, Lane


@define(eq=False)
class Asked:
    """The entries of one request that its answer has not named yet."""

    operation: str
    entries: Sequence[Entry]
    lanes: dict[str, Lane] = field(init=False)
    waiting: dict[tuple[str, str], Entry] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.lanes = {entry.lane.table.resource: entry.lane for entry in self.entries}
        self.waiting = {(entry.lane.table.resource, entry.key): entry for entry in self.entries}

    def take(self, table: str, raw: Raw, kind: str) -> Entry:
        """Return the entry of a key, or of an item with that key, that came back under the name of a table."""
        return self.take_all(table, [raw], kind)[0]

    def take_all(self, table: str, raws: Sequence[Raw], kind: str) -> list[Entry]:
        """Return the entries of all that came back under the name of a table."""
        resource = table.rpartition("/")[2]  # it may be an ARN
        lane = self.lanes.get(resource)
        if lane is None:
            raise self.unexpected(f"names the table {table!r}")
        key_of = lane.key_of
        return [self._taken(resource, key_of(raw), kind) for raw in raws]

    def _taken(self, resource: str, key: str, kind: str) -> Entry:
        entry = self.waiting.pop((resource, key), None)
        if entry is None or entry.kind != kind:
            raise self.unexpected(f"names the {kind} of {key} in table {resource!r}, or does so twice")
        return entry

    def unexpected(self, what: str) -> UnexpectedResponseError:
        return UnexpectedResponseError(
            f"{self.operation}: its answer {what}, which was not asked for", operation=self.operation
        )

"""
A batch laid out: what is asked or written once per item, and how that is dealt out to requests.

The limits:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen
from msgspec import Raw, Struct

from dynamo_document_builder.model.keys.stored_keys import stored_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dynamo_document_builder.model.tables.table_model import TableModel

MAX_REQUEST_BYTES: Final = 16 * 1024 * 1024 - 64 * 1024
"""DynamoDB takes 16 MB; what is kept back is for what stands around the entries."""


@frozen(eq=False)
class Lane:
    """One table, asked in one way: a request says once per table how it is read."""

    table: TableModel
    opening: bytes
    closing: bytes
    track: int
    """Lanes of different tracks share no request."""

    @property
    def key_of(self) -> Callable[[bytes | Raw], str]:
        return stored_key(self.table.key_names)


class Entry(Struct, eq=False, gc=False):  # nothing that it holds leads back to it
    """One item to read or write, however often it was given."""

    lane: Lane
    key: str
    sent: bytes
    """As it stands in a request."""
    kind: str
    """`Get`, `Put` or `Delete`."""
    done: bool = False
    found: Any = None
    """What was read: as it is stored, which is a `Raw`, or as an object where it was made at once."""
    stored: Any = None
    """The item as it is put."""


@define(eq=False)
class Lanes:
    """The lanes of one batch."""

    found: dict[tuple[str, bytes], Lane] = field(factory=dict[tuple[str, bytes], Lane])

    def of(self, table: TableModel, opening: bytes, closing: bytes) -> Lane:
        """Return the lane, the same for equal arguments."""
        lane = self.found.get((table.name, closing))
        if lane is None:
            # A table under two names (its own and its ARN) counts as one: what comes back may use either.
            track = sum(other.table.__resource__ == table.__resource__ for other in self.found.values())
            lane = self.found[table.name, closing] = Lane(table, opening, closing, track)
        return lane


def by_lane(entries: Iterable[Entry]) -> dict[Lane, list[Entry]]:
    """Return the entries of each lane."""
    lanes: dict[Lane, list[Entry]] = {}
    for lane, run in groupby(entries, attrgetter("lane")):  # all are of one, mostly
        lanes.setdefault(lane, []).extend(run)
    return lanes


def dealt(entries: Iterable[Entry], at_most: int) -> Iterator[list[Entry]]:
    """Deal entries out to requests of so many at most."""
    tracks: dict[int, list[Entry]] = {}
    for track, run in groupby(entries, attrgetter("lane.track")):
        tracks.setdefault(track, []).extend(run)
    for those in tracks.values():
        yield from _parts(those, at_most)


def _parts(entries: Iterable[Entry], at_most: int) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for entry in entries:
        size += len(entry.sent)
        if part and (len(part) == at_most or size > MAX_REQUEST_BYTES):
            yield part
            part, size = [], len(entry.sent)
        part.append(entry)
    yield part


def body_of_entries(lanes: Mapping[Lane, Iterable[Entry]], options: str) -> bytes:
    """Return the body of the request for the entries of some lanes."""
    tables = [
        lane.opening + b",".join([entry.sent for entry in entries]) + lane.closing for lane, entries in lanes.items()
    ]
    return b'{"RequestItems":{' + b",".join(tables) + b"}" + options.encode() + b"}"

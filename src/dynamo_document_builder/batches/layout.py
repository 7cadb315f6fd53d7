"""
The layout of a batch: one entry per item, and the split of the entries into requests.

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
"""DynamoDB allows 16 MB; 64 KB are reserved for the JSON around the entries."""


@frozen(eq=False)
class TableSection:
    """The part of a request for one table; the options of a read are the same for all its entries."""

    table: TableModel
    opening: bytes
    closing: bytes
    request_group: int
    """Sections with different numbers are never in the same request."""

    @property
    def key_of(self) -> Callable[[bytes | Raw], str]:
        return stored_key(self.table.key_names)


class Entry(Struct, eq=False, gc=False):  # an entry is never part of a reference cycle
    """One item to read or write. Equal keys or writes share one entry."""

    section: TableSection
    key: str
    sent: bytes
    """The JSON of the entry in a request."""
    kind: str
    """`Get`, `Put` or `Delete`."""
    done: bool = False
    found: Any = None
    """The item that was read: a `Raw` in DynamoDB JSON, or a decoded object."""
    stored: Any = None
    """The stored item of a put."""


@define(eq=False)
class TableSections:
    """The sections of one batch."""

    found: dict[tuple[str, bytes], TableSection] = field(factory=dict[tuple[str, bytes], TableSection])

    def of(self, table: TableModel, opening: bytes, closing: bytes) -> TableSection:
        """Return the section; equal arguments return the same section."""
        section = self.found.get((table.name, closing))
        if section is None:
            # A table with two names (its own and its ARN) must not occur twice: the answer may use either name.
            request_group = sum(other.table.__resource__ == table.__resource__ for other in self.found.values())
            section = self.found[table.name, closing] = TableSection(table, opening, closing, request_group)
        return section


def by_section(entries: Iterable[Entry]) -> dict[TableSection, list[Entry]]:
    """Return the entries of each section."""
    sections: dict[TableSection, list[Entry]] = {}
    for section, run in groupby(entries, attrgetter("section")):  # usually, all entries are in one section
        sections.setdefault(section, []).extend(run)
    return sections


def split_into_requests(entries: Iterable[Entry], at_most: int) -> Iterator[list[Entry]]:
    """Split entries into requests of at most *at_most* entries."""
    request_groups: dict[int, list[Entry]] = {}
    for request_group, run in groupby(entries, attrgetter("section.request_group")):
        request_groups.setdefault(request_group, []).extend(run)
    for group in request_groups.values():
        yield from _parts(group, at_most)


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


def body_of_entries(sections: Mapping[TableSection, Iterable[Entry]], options: str) -> bytes:
    """Return the body of the request for the entries of some sections."""
    tables = [
        section.opening + b",".join([entry.sent for entry in entries]) + section.closing
        for section, entries in sections.items()
    ]
    return b'{"RequestItems":{' + b",".join(tables) + b"}" + options.encode() + b"}"

"""Match the parts of an answer to the entries of its request; each entry may occur only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import UnexpectedResponseError
from dynamo_document_builder.model.tables.names import own_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from msgspec import Raw

    from dynamo_document_builder.batches.layout import Entry, TableSection


class Unanswered:
    """The entries of one request that have not been found in its answer yet."""

    __slots__ = ("_operation", "_sections", "_waiting")

    def __init__(self, operation: str, sections: Mapping[TableSection, Sequence[Entry]]) -> None:
        self._operation = operation
        self._waiting = {section: {entry.key: entry for entry in group} for section, group in sections.items()}
        self._sections = {section.table.__resource__: section for section in self._waiting}

    def remaining(self) -> Iterator[Entry]:
        """Yield the entries that the answer does not contain."""
        for waiting in self._waiting.values():
            yield from waiting.values()

    def take(self, table: str, raw: Raw, kind: str) -> Entry:
        """Return the entry of a key, or of an item with that key, in the answer for a table."""
        return self.take_all(table, [raw], kind)[0]

    def take_all(self, table: str, raws: Sequence[Raw], kind: str) -> list[Entry]:
        """Return the entries of several keys or items in the answer for a table."""
        section = self._section(table)
        return self._taken(section, [*map(section.key_of, raws)], kind)

    def take_keys(self, table: str, keys: Sequence[str], kind: str) -> list[Entry]:
        """Return the entries of encoded keys in the answer for a table."""
        return self._taken(self._section(table), keys, kind)

    def _section(self, table: str) -> TableSection:
        section = self._sections.get(own_name(table))  # DynamoDB may return an ARN
        if section is None:
            raise self.unexpected(f"names the table {table!r}")
        return section

    def _taken(self, section: TableSection, keys: Sequence[str], kind: str) -> list[Entry]:
        take = self._waiting[section].pop
        taken: list[Entry] = []
        for key in keys:
            entry = take(key, None)
            if entry is None or entry.kind != kind:
                raise self.unexpected(f"names the {kind} of {key} in table {section.table.name!r}, or does so twice")
            taken.append(entry)
        return taken

    def unexpected(self, what: str) -> UnexpectedResponseError:
        return UnexpectedResponseError(
            f"{self._operation}: its answer {what}, which was not asked for", operation=self._operation
        )

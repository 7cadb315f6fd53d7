"""The layout of batches of reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec
from attrs import define, field, frozen
from msgspec import Raw

from dynamo_document_builder.batches.entry_problems import EntryProblems
from dynamo_document_builder.batches.layout import Entry, TableSection, TableSections
from dynamo_document_builder.batches.one_pass import BatchAnswer, Unread, decode_in_one_pass
from dynamo_document_builder.batches.unanswered import Unanswered
from dynamo_document_builder.errors import StoredItemError
from dynamo_document_builder.model.commands.problems import FINDINGS
from dynamo_document_builder.model.commands.results import ConsumedCapacity, read
from dynamo_document_builder.model.options.options import option
from dynamo_document_builder.model.reading.projections import ItemReader, Projection, reader_of
from dynamo_document_builder.model.reading.unfit import UnfitItems
from dynamo_document_builder.model.writing.operation import NO_TEXT, body_of
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dynamo_document_builder.batches.options import BatchReadOptions
    from dynamo_document_builder.model.commands.frozen import KeyLike
    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.unfit import OnUnfit
    from dynamo_document_builder.wire.request import Request, Response

S_co = TypeVar("S_co", covariant=True)


@frozen
class PreparedBatchGet(Generic[S_co]):
    """Keys bound to their entity, made by `entity.prepare(BatchGet(...))`."""

    entity: EntityModel[Any]
    """The entity that the group is for."""
    command: Any
    """The command that was prepared."""
    keys: tuple[KeyLike, ...]
    """The keys to read."""
    consistent: bool = False
    """True if the read is strongly consistent."""
    projection: Projection | None = None
    """The paths to read; `None` for whole items."""
    skip_validation: bool = False
    """True if values are read without validation."""
    on_unfit: OnUnfit = "raise"
    """The treatment of an item that does not fit its class: "raise", "skip" or "collect"."""


@frozen(eq=False, repr=False)
class BatchReadGroup:
    """The keys of one group in order, each with its entry; equal keys share one."""

    entity: EntityModel[Any]
    keys: Sequence[KeyLike]
    entries: Sequence[Entry]
    reader: ItemReader[Any]
    unfit: UnfitItems

    def items(self) -> list[Any]:
        decode = self.reader.decode
        try:
            return [decode(entry.found) if isinstance(entry.found, Raw) else entry.found for entry in self.entries]
        except StoredItemError:
            return self._fitting_items()

    def _fitting_items(self) -> list[Any]:
        """Return the items, with `None` for those that do not fit. An item with several keys is handled once."""
        decode = self.unfit.decode_or_none(self.reader.decode)
        unfit_entries: set[int] = set()
        items: list[Any] = []
        for entry in self.entries:
            item = entry.found
            if isinstance(item, Raw):
                item = None if id(entry) in unfit_entries else decode(item)
                if item is None:
                    unfit_entries.add(id(entry))
            items.append(item)
        return items

    def unprocessed(self) -> tuple[KeyLike, ...]:
        return tuple(key for key, entry in zip(self.keys, self.entries, strict=True) if not entry.done)


class _Output(msgspec.Struct, rename="pascal"):
    responses: dict[str, list[Raw]] = {}
    unprocessed_keys: dict[str, Unread] = {}
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


@define(eq=False)
class BatchReads:
    """The keys of a batch, and the items that were read."""

    operation: ClassVar[str] = "BatchGetItem"
    noun: ClassVar[str] = "reads"
    safe_again: ClassVar[str] = "reads change nothing"
    at_most: ClassVar[int] = 100

    options: str
    unfit: UnfitItems
    groups: list[BatchReadGroup] = field(factory=list[BatchReadGroup])
    sections: TableSections = field(factory=TableSections)
    known: dict[tuple[TableSection, str], Entry] = field(factory=dict[tuple[TableSection, str], Entry])
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()

    @property
    def entries(self) -> Collection[Entry]:
        return self.known.values()

    def add(self, group: PreparedBatchGet[Any], problems: Problems, *, trusted: bool) -> None:
        """Add the keys of one group."""
        entity, table = group.entity, group.entity.table
        reader = reader_of(entity, group.projection, trusted=trusted or group.skip_validation)
        entry_problems = EntryProblems(problems, entity, "Get")
        members = EntryProblems(problems, entity, problems.what).attempt(partial(_members, group, reader)) or b""
        section = self.sections.of(table, f'{quote(table.name)}:{{"Keys":['.encode(), b"]" + members + b"}")
        keys = entity.encode_keys_fast(group.keys)
        if keys is None:
            entries = [
                self._checked_entry(section, entry_problems, index, given) for index, given in enumerate(group.keys)
            ]
        else:
            entries = [self._entry(section, key, key.encode()) for key in keys]
        self.groups.append(BatchReadGroup(entity, group.keys, entries, reader, self.unfit.of_group(group.on_unfit)))

    def _checked_entry(self, section: TableSection, entry_problems: EntryProblems, index: int, given: KeyLike) -> Entry:
        try:
            key = entry_problems.entity.encode_key(given)
            sent = body_of(key)
        except FINDINGS:
            key, sent = entry_problems.attempt(partial(_key, entry_problems.entity, given), index, given) or (
                NO_TEXT,
                b"",
            )
        return self._entry(section, key, sent)

    def _entry(self, section: TableSection, key: str, sent: bytes) -> Entry:
        return self.known.setdefault((section, key), Entry(section, key, sent, "Get"))

    def take(self, request: Request, response: Response, sections: Mapping[TableSection, Sequence[Entry]], /) -> None:
        """Store the items of an answer. Keys that are neither found nor unprocessed have no item."""
        unanswered = Unanswered(self.operation, sections)
        output = self._in_one_pass(response) or read(_Output, request, response)
        if isinstance(output, BatchAnswer):
            found = [(unanswered.take_keys(table, keys, "Get"), items) for table, (keys, items) in output.found.items()]
        else:
            found = [(unanswered.take_all(table, raws, "Get"), raws) for table, raws in output.responses.items()]
        for table, unread in output.unprocessed_keys.items():
            unanswered.take_all(table, unread.keys, "Get")
        for taken, things in found:
            for entry, thing in zip(taken, things, strict=True):
                entry.found = thing
                entry.done = True
        for entry in unanswered.remaining():
            entry.done = True
        self.consumed_capacity += output.consumed_capacity

    def _in_one_pass(self, response: Response) -> BatchAnswer | None:
        group = self.groups[0]
        if len(self.groups) != 1 or len(self.known) != len(group.keys):  # keys that occur twice need one object each
            return None
        return decode_in_one_pass(response.body, group.reader, group.entity.table.key_names)


def lay_out_reads(command: BatchReadOptions, groups: Sequence[PreparedBatchGet[Any]], problems: Problems) -> BatchReads:
    """Return the layout of a batch of reads; problems go to *problems*."""
    unfit = UnfitItems(command.on_unfit)
    reads = BatchReads(option("ReturnConsumedCapacity", command.return_consumed_capacity), unfit)
    for group in groups:
        reads.add(group, problems, trusted=command.skip_validation)
    if not reads.known:
        problems.note("it has no keys")
    return reads


def _members(group: PreparedBatchGet[Any], reader: ItemReader[Any]) -> bytes:
    consistent = ',"ConsistentRead":true' if group.consistent else ""
    return body_of(consistent + reader.members)


def _key(entity: EntityModel[Any], given: KeyLike) -> tuple[str, bytes]:
    key = entity.encode_key(given)
    return key, body_of(key)

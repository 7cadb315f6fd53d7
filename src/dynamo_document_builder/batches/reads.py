"""What the batch reads share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec
from attrs import define, field, frozen
from msgspec import Raw

from dynamo_document_builder.batches.answered import Asked
from dynamo_document_builder.batches.findings import Findings
from dynamo_document_builder.batches.layout import Entry, Lane, Lanes
from dynamo_document_builder.batches.uniform_answers import Alike, Unread, read_alike
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
    """Whether the read is strongly consistent."""
    projection: Projection | None = None
    """The paths to read; `None` for whole items."""
    skip_validation: bool = False
    """Whether values are written and read without checks."""
    on_unfit: OnUnfit = "raise"
    """What to do with a stored item that does not fit its class: "raise", "skip" or "collect"."""


@frozen(eq=False, repr=False)
class ReadGroup:
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
        """Return the same, with `None` for an item that does not fit; one that was asked for twice is met once."""
        decode = self.unfit.decode_or_none(self.reader.decode)
        left_out: set[int] = set()
        items: list[Any] = []
        for entry in self.entries:
            item = entry.found
            if isinstance(item, Raw):
                item = None if id(entry) in left_out else decode(item)
                if item is None:
                    left_out.add(id(entry))
            items.append(item)
        return items

    def unprocessed(self) -> tuple[KeyLike, ...]:
        return tuple(key for key, entry in zip(self.keys, self.entries, strict=True) if not entry.done)


class _Output(msgspec.Struct, rename="pascal"):
    responses: dict[str, list[Raw]] = {}
    unprocessed_keys: dict[str, Unread] = {}
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


@define(eq=False)
class Reads:
    """The keys of a batch laid out, and what came for them."""

    operation: ClassVar[str] = "BatchGetItem"
    noun: ClassVar[str] = "reads"
    safe_again: ClassVar[str] = "reading changes nothing"
    at_most: ClassVar[int] = 100

    options: str
    unfit: UnfitItems
    groups: list[ReadGroup] = field(factory=list[ReadGroup])
    lanes: Lanes = field(factory=Lanes)
    known: dict[tuple[Lane, str], Entry] = field(factory=dict[tuple[Lane, str], Entry])
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()

    @property
    def entries(self) -> Collection[Entry]:
        return self.known.values()

    def add(self, group: PreparedBatchGet[Any], problems: Problems, *, trusted: bool) -> None:
        """Lay out the keys of one group."""
        entity, table = group.entity, group.entity.table
        reader = reader_of(entity, group.projection, trusted=trusted or group.skip_validation)
        findings = Findings(problems, entity, "Get")
        members = Findings(problems, entity, problems.what).attempt(partial(_members, group, reader)) or b""
        lane = self.lanes.of(table, f'{quote(table.name)}:{{"Keys":['.encode(), b"]" + members + b"}")
        keys = entity.encode_keys_fast(group.keys)
        if keys is None:
            entries = [self._looked_at(lane, findings, index, given) for index, given in enumerate(group.keys)]
        else:
            entries = [self._entry(lane, key, key.encode()) for key in keys]
        self.groups.append(ReadGroup(entity, group.keys, entries, reader, self.unfit.of_group(group.on_unfit)))

    def _looked_at(self, lane: Lane, findings: Findings, index: int, given: KeyLike) -> Entry:
        try:
            key = findings.entity.encode_key(given)
            sent = body_of(key)
        except FINDINGS:
            key, sent = findings.attempt(partial(_key, findings.entity, given), index, given) or (NO_TEXT, b"")
        return self._entry(lane, key, sent)

    def _entry(self, lane: Lane, key: str, sent: bytes) -> Entry:
        return self.known.setdefault((lane, key), Entry(lane, key, sent, "Get"))

    def take(self, request: Request, response: Response, lanes: Mapping[Lane, Sequence[Entry]], /) -> None:
        """Keep the items that came; what was neither found nor left unread is not there."""
        asked = Asked(self.operation, lanes)
        output = self._alike(response) or read(_Output, request, response)
        if isinstance(output, Alike):
            found = [(asked.take_keys(table, keys, "Get"), items) for table, (keys, items) in output.found.items()]
        else:
            found = [(asked.take_all(table, raws, "Get"), raws) for table, raws in output.responses.items()]
        for table, unread in output.unprocessed_keys.items():
            asked.take_all(table, unread.keys, "Get")
        for taken, things in found:
            for entry, thing in zip(taken, things, strict=True):
                entry.found = thing
                entry.done = True
        for entry in asked.left():
            entry.done = True
        self.consumed_capacity += output.consumed_capacity

    def _alike(self, response: Response) -> Alike | None:
        group = self.groups[0]
        if len(self.groups) != 1 or len(self.known) != len(group.keys):  # an item found twice is two objects
            return None
        return read_alike(response.body, group.reader, group.entity.table.key_names)


def laid_out(command: BatchReadOptions, groups: Sequence[PreparedBatchGet[Any]], problems: Problems) -> Reads:
    """Lay out the keys of a batch read; findings go to *problems*."""
    unfit = UnfitItems(command.on_unfit)
    reads = Reads(option("ReturnConsumedCapacity", command.return_consumed_capacity), unfit)
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

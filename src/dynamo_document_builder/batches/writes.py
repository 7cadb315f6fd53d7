"""The layout of batches of writes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeAlias, TypeVar

import msgspec
from attrs import define, evolve, field, frozen
from msgspec import Raw

from dynamo_document_builder.batches.entry_problems import EntryProblems
from dynamo_document_builder.batches.layout import Entry, TableSection, TableSections
from dynamo_document_builder.batches.unanswered import Unanswered
from dynamo_document_builder.errors.findings import Problem
from dynamo_document_builder.errors.texts import describe_item
from dynamo_document_builder.model.commands.results import ConsumedCapacity, ItemCollectionMetrics, read
from dynamo_document_builder.model.managed.fields import set_managed_fields
from dynamo_document_builder.model.managed.timestamps import shared_timestamp_ns, unused_timestamp
from dynamo_document_builder.model.options.options import option
from dynamo_document_builder.model.tables.names import FirstOfItem
from dynamo_document_builder.model.writing.members import check_item
from dynamo_document_builder.model.writing.operation import NO_TEXT, body_of
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from dynamo_document_builder.batches.options import BatchWriteOptions
    from dynamo_document_builder.model.commands.frozen import KeyLike
    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.wire.request import Request, Response

S_co = TypeVar("S_co", covariant=True)

_Sent: TypeAlias = tuple[str, bytes, Any]
"""The key of a write, its JSON in a request, and the stored item of a put."""

_NO_ORDER: Final = "DynamoDB applies the writes of a batch in any order: leave one out, or send it afterwards"


@frozen
class PreparedBatchWrite(Generic[S_co]):
    """Puts and deletes bound to their entity, made by `entity.prepare(BatchWrite(...))`."""

    entity: EntityModel[Any]
    """The entity that the group is for."""
    command: Any
    """The command that was prepared."""
    items: tuple[S_co, ...]
    """The items to put."""
    deletes: tuple[KeyLike, ...]
    """The keys to delete."""
    skip_validation: bool = False
    """True if values are written without validation."""


@frozen(eq=False, repr=False)
class BatchWriteGroup:
    """The writes of one group in order, each with its entry; equal writes share one entry."""

    prepared: PreparedBatchWrite[Any]
    puts: Sequence[Entry]
    deletes: Sequence[Entry]
    timestamp_ns: int
    """The timestamp of its puts, in nanoseconds."""

    @property
    def entity(self) -> EntityModel[Any]:
        return self.prepared.entity

    @property
    def entries(self) -> Sequence[Entry]:
        return [*self.puts, *self.deletes]

    def written(self) -> tuple[Any, ...]:
        """Return the stored items of the puts that were applied."""
        return tuple(entry.stored for entry in self.puts if entry.done)

    def unprocessed(self) -> Any:
        """Return the command of the group with the unprocessed writes only."""
        # Without the abort signal: it was for the send that is over, and it cannot be pickled with the error.
        remaining = evolve(
            self.prepared.command,
            items=_unprocessed(self.prepared.items, self.puts),
            deletes=_unprocessed(self.prepared.deletes, self.deletes),
            abort=None,
        )
        object.__setattr__(remaining, "__built_ns__", self.timestamp_ns)  # the unprocessed writes keep their timestamp
        return remaining


def _unprocessed(given: Sequence[Any], entries: Sequence[Entry]) -> list[Any]:
    return [one for one, entry in zip(given, entries, strict=True) if not entry.done]


class _Put(msgspec.Struct, rename="pascal"):
    item: Raw


class _Delete(msgspec.Struct, rename="pascal"):
    key: Raw


class _Unwritten(msgspec.Struct, rename="pascal"):
    put_request: _Put | None = None
    delete_request: _Delete | None = None


class _Output(msgspec.Struct, rename="pascal"):
    unprocessed_items: dict[str, list[_Unwritten]] = {}
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]] = {}


class _First(msgspec.Struct, eq=False):
    """The first write of an item, with its index in the list."""

    entry: Entry
    entity: Any
    index: int
    given: Any

    def __str__(self) -> str:
        return f"[{self.index}] {self.entry.kind} {describe_item(self.entity.name, self.entity.shown_key(self.given))}"


@define(eq=False)
class BatchWrites:
    """The writes of a batch, and the facts from its answers."""

    operation: ClassVar[str] = "BatchWriteItem"
    noun: ClassVar[str] = "writes"
    safe_again: ClassVar[str] = "puts and deletes without a condition are idempotent"
    at_most: ClassVar[int] = 25

    options: str
    groups: list[BatchWriteGroup] = field(factory=list[BatchWriteGroup])
    sections: TableSections = field(factory=TableSections)
    known: FirstOfItem[_First] = field(factory=FirstOfItem[_First])
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]] = field(
        factory=dict[str, tuple[ItemCollectionMetrics, ...]]
    )

    @property
    def entries(self) -> Collection[Entry]:
        return [first.entry for first in self.known.values()]

    def add(
        self, group: PreparedBatchWrite[Any], problems: Problems, timestamp_ns: int | None, *, trusted: bool
    ) -> None:
        """Add the writes of one group."""
        _check_versions(group, problems)
        entity = group.entity
        section = self.sections.of(entity.table, f"{quote(entity.table.name)}:[".encode(), b"]")
        own: int = group.command.__built_ns__
        timestamp = own if timestamp_ns is None or group.command.timestamp is not None else timestamp_ns
        put = partial(_put, group, timestamp, trusted=trusted or group.skip_validation)
        delete = partial(_delete, group)
        puts = self._entries(section, EntryProblems(problems, entity, "Put"), group.items, put)
        deletes = self._entries(section, EntryProblems(problems, entity, "Delete"), group.deletes, delete)
        self.groups.append(BatchWriteGroup(group, puts, deletes, timestamp))

    def _entries(
        self, section: TableSection, entry_problems: EntryProblems, given: Sequence[Any], build: Callable[[Any], _Sent]
    ) -> list[Entry]:
        return [self._entry(section, entry_problems, build, index, one) for index, one in enumerate(given)]

    def _entry(
        self,
        section: TableSection,
        entry_problems: EntryProblems,
        build: Callable[[Any], _Sent],
        index: int,
        given: Any,
    ) -> Entry:
        key, sent, stored = entry_problems.attempt(partial(build, given), index, given) or (NO_TEXT, b"", None)
        entry = Entry(section, key, sent, entry_problems.kind, stored=stored)
        if not key:
            return entry
        first = self.known.note(section.table.name, key, _First(entry, entry_problems.entity, index, given))
        if (first.entry.sent, first.entry.section) != (sent, section):
            entry_problems.note(f"is about the same item as {first}; {_NO_ORDER}", index, given)
        return first.entry

    def take(self, request: Request, response: Response, sections: Mapping[TableSection, Sequence[Entry]], /) -> None:
        """Mark the writes as done that the answer does not return as unprocessed."""
        output = read(_Output, request, response)
        unanswered = Unanswered(self.operation, sections)
        for table, unwritten in output.unprocessed_items.items():
            for one in unwritten:
                _take(unanswered, table, one)
        for entry in unanswered.remaining():
            entry.done = True
        self.consumed_capacity += output.consumed_capacity
        for table, metrics in output.item_collection_metrics.items():
            self.item_collection_metrics[table] = self.item_collection_metrics.get(table, ()) + metrics


def _take(unanswered: Unanswered, table: str, unwritten: _Unwritten) -> None:
    match unwritten:
        case _Unwritten(put_request=_Put(item=item), delete_request=None):
            unanswered.take(table, item, "Put")
        case _Unwritten(put_request=None, delete_request=_Delete(key=key)):
            unanswered.take(table, key, "Delete")
        case _:
            raise unanswered.unexpected(f"has what is neither a put nor a delete for table {table!r}")


def lay_out_writes(
    command: BatchWriteOptions, groups: Sequence[PreparedBatchWrite[Any]], problems: Problems
) -> BatchWrites:
    """Return the layout of a batch of writes; problems go to *problems*."""
    writes = BatchWrites(
        option("ReturnItemCollectionMetrics", command.return_item_collection_metrics)
        + option("ReturnConsumedCapacity", command.return_consumed_capacity)
    )
    problems.note_all(unused_timestamp(command.timestamp, [group.entity for group in groups]))
    timestamp_ns = shared_timestamp_ns(command.timestamp, [group.command for group in groups])
    for group in groups:
        if group.command is not command:
            problems.note_all(unused_timestamp(group.command.timestamp, [group.entity]))
        writes.add(group, problems, timestamp_ns, trusted=command.skip_validation)
    if not any(group.entries for group in writes.groups):
        problems.note("it has no items and no deletes")
    return writes


def _check_versions(group: PreparedBatchWrite[Any], problems: Problems) -> None:
    roles = group.entity.codec.roles
    if roles is not None and roles.version is not None and group.command.check_version:
        text = (
            f"a batch cannot check the version in {roles.version.name!r}: write such items with Put, Delete and "
            "TransactWrite, or pass check_version=False to overwrite any version"
        )
        problems.add(Problem(text, operation=problems.what, entity=group.entity.name))


def _put(group: PreparedBatchWrite[Any], timestamp_ns: int, item: Any, *, trusted: bool) -> _Sent:
    stored = set_managed_fields(group.entity, item, timestamp_ns, trusted=trusted)
    encoded = group.entity.encode(stored, trusted=trusted)
    check_item(group.entity, encoded.text)
    return encoded.key, body_of(f'{{"PutRequest":{{"Item":{encoded.text}}}}}'), stored


def _delete(group: PreparedBatchWrite[Any], key: KeyLike) -> _Sent:
    text = group.entity.encode_key(key)
    return text, body_of(f'{{"DeleteRequest":{{"Key":{text}}}}}'), None

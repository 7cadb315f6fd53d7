"""What the batch writes share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeAlias, TypeVar

import msgspec
from attrs import define, evolve, field, frozen
from msgspec import Raw

from dynamo_document_builder.batches.answered import Asked
from dynamo_document_builder.batches.findings import Findings
from dynamo_document_builder.batches.layout import Entry, Lane, Lanes
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
"""The key of a write, the write as it stands in a request, and the item as it is put."""

_NO_ORDER: Final = "DynamoDB gives the writes of a batch no order: leave one out, or send it afterwards"


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
    """Whether values are written and read without checks."""


@frozen(eq=False, repr=False)
class WriteGroup:
    """The writes of one group in order, each with its entry; equal writes share one."""

    prepared: PreparedBatchWrite[Any]
    puts: Sequence[Entry]
    deletes: Sequence[Entry]
    timestamp_ns: int
    """The moment that its items are put at."""

    @property
    def entity(self) -> EntityModel[Any]:
        return self.prepared.entity

    @property
    def entries(self) -> Sequence[Entry]:
        return [*self.puts, *self.deletes]

    def written(self) -> tuple[Any, ...]:
        """Return the items that were put, as they are stored."""
        return tuple(entry.stored for entry in self.puts if entry.done)

    def unprocessed(self) -> Any:
        """Return the group's own command with what is left of it."""
        # Without its abort signal: that is set, or was meant for the send that is over; and errors pickle.
        left = evolve(
            self.prepared.command,
            items=_left(self.prepared.items, self.puts),
            deletes=_left(self.prepared.deletes, self.deletes),
            abort=None,
        )
        object.__setattr__(
            left, "__built_ns__", self.timestamp_ns
        )  # what is written later is written at the same moment
        return left


def _left(given: Sequence[Any], entries: Sequence[Entry]) -> list[Any]:
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
    """The first write of an item, and where it was given."""

    entry: Entry
    entity: Any
    index: int
    given: Any

    def __str__(self) -> str:
        return f"[{self.index}] {self.entry.kind} {describe_item(self.entity.name, self.entity.shown_key(self.given))}"


@define(eq=False)
class Writes:
    """The writes of a batch laid out, and what came back for them."""

    operation: ClassVar[str] = "BatchWriteItem"
    noun: ClassVar[str] = "writes"
    safe_again: ClassVar[str] = "a put or delete without a condition leaves the same when it is done twice"
    at_most: ClassVar[int] = 25

    options: str
    groups: list[WriteGroup] = field(factory=list[WriteGroup])
    lanes: Lanes = field(factory=Lanes)
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
        """Lay out the writes of one group."""
        _check_versions(group, problems)
        entity = group.entity
        lane = self.lanes.of(entity.table, f"{quote(entity.table.name)}:[".encode(), b"]")
        own: int = group.command.__built_ns__
        moment = own if timestamp_ns is None or group.command.timestamp is not None else timestamp_ns
        put = partial(_put, group, moment, trusted=trusted or group.skip_validation)
        delete = partial(_delete, group)
        puts = self._entries(lane, Findings(problems, entity, "Put"), group.items, put)
        deletes = self._entries(lane, Findings(problems, entity, "Delete"), group.deletes, delete)
        self.groups.append(WriteGroup(group, puts, deletes, moment))

    def _entries(
        self, lane: Lane, findings: Findings, given: Sequence[Any], build: Callable[[Any], _Sent]
    ) -> list[Entry]:
        return [self._entry(lane, findings, build, index, one) for index, one in enumerate(given)]

    def _entry(self, lane: Lane, findings: Findings, build: Callable[[Any], _Sent], index: int, given: Any) -> Entry:
        key, sent, stored = findings.attempt(partial(build, given), index, given) or (NO_TEXT, b"", None)
        entry = Entry(lane, key, sent, findings.kind, stored=stored)
        if not key:
            return entry
        first = self.known.note(lane.table.name, key, _First(entry, findings.entity, index, given))
        if (first.entry.sent, first.entry.lane) != (sent, lane):
            findings.note(f"is about the same item as {first}; {_NO_ORDER}", index, given)
        return first.entry

    def take(self, request: Request, response: Response, lanes: Mapping[Lane, Sequence[Entry]], /) -> None:
        """Mark as done what did not come back as unwritten."""
        output = read(_Output, request, response)
        asked = Asked(self.operation, lanes)
        for table, unwritten in output.unprocessed_items.items():
            for one in unwritten:
                _name(asked, table, one)
        for entry in asked.left():
            entry.done = True
        self.consumed_capacity += output.consumed_capacity
        for table, metrics in output.item_collection_metrics.items():
            self.item_collection_metrics[table] = self.item_collection_metrics.get(table, ()) + metrics


def _name(asked: Asked, table: str, unwritten: _Unwritten) -> None:
    match unwritten:
        case _Unwritten(put_request=_Put(item=item), delete_request=None):
            asked.take(table, item, "Put")
        case _Unwritten(put_request=None, delete_request=_Delete(key=key)):
            asked.take(table, key, "Delete")
        case _:
            raise asked.unexpected(f"has what is neither a put nor a delete for table {table!r}")


def laid_out(command: BatchWriteOptions, groups: Sequence[PreparedBatchWrite[Any]], problems: Problems) -> Writes:
    """Lay out the writes of a batch; findings go to *problems*."""
    writes = Writes(
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
            f"a batch checks no version, and {roles.version.name!r} is one: write such items with Put, Delete and "
            "TransactWrite, or whatever their version is with check_version=False"
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

"""The steps of each command. They are computed by the code that also renders the request."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.batches.layout import split_into_requests
from dynamo_document_builder.batches.reads import lay_out_reads
from dynamo_document_builder.batches.writes import lay_out_writes
from dynamo_document_builder.commands.batch_get import BatchGet
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.get import Get
from dynamo_document_builder.commands.query import Query
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.commands.table_batch_get import TableBatchGet
from dynamo_document_builder.commands.table_batch_write import TableBatchWrite
from dynamo_document_builder.commands.table_transact_get import TableTransactGet
from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
from dynamo_document_builder.commands.test_condition import TestCondition
from dynamo_document_builder.commands.transact_get import TransactGet
from dynamo_document_builder.commands.transact_write import TransactWrite
from dynamo_document_builder.explain.steps import (
    ConditionStep,
    DeleteStep,
    GetStep,
    Layout,
    PagesStep,
    PutStep,
    QueryStep,
    ScanStep,
    Step,
)
from dynamo_document_builder.explain.writes import slot_step, write_step
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.optimistic_lock import preconditions_of
from dynamo_document_builder.model.writing.single_write import SingleWrite
from dynamo_document_builder.paging.counting import key_counter
from dynamo_document_builder.paging.keys.terms import Selection
from dynamo_document_builder.paging.read_builder import source_of
from dynamo_document_builder.transactions.write_slots import PreparedWrites, write_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dynamo_document_builder.batches.options import BatchReadOptions, BatchWriteOptions
    from dynamo_document_builder.batches.reads import BatchReadGroup, PreparedBatchGet
    from dynamo_document_builder.batches.rounds import BatchLayout
    from dynamo_document_builder.batches.writes import BatchWriteGroup, PreparedBatchWrite
    from dynamo_document_builder.paging.options import PagedOptions
    from dynamo_document_builder.transactions.read_slots import PreparedTransactGet
    from dynamo_document_builder.transactions.write import TransactWriteOptions
    from dynamo_document_builder.transactions.write_slots import WriteGroup

_FRESH_TOKEN = "a fresh idempotency token is added when it is sent"


@singledispatch
def layout_of(command: Any, to: Any) -> Layout:  # noqa: ARG001  used by the registered functions
    """Return the steps of a command sent to an entity, a table or a database. Raises `TypeError` for other values."""
    raise TypeError(f"{type(command).__name__} is not a command that can be explained")


@layout_of.register(SingleWrite)
def _(command: SingleWrite[Any], to: Any) -> Layout:
    return Layout((write_step(command, to, command.__operation__(to)),))


@layout_of.register(TransactWrite)
def _(command: TransactWrite[Any], to: Any) -> Layout:
    return _writes(command, [PreparedWrites(to, tuple(command.writes))])


@layout_of.register
def _(command: TableTransactWrite, to: Any) -> Layout:
    return _writes(command, command.transactions, to)


def _writes(command: TransactWriteOptions, groups: Sequence[WriteGroup], to: object = None) -> Layout:
    slots = write_slots(groups, command, to)
    notes = (_FRESH_TOKEN,) if command.idempotency_token is None else ()
    return Layout(tuple(slot_step(slot) for slot in slots), notes)


@layout_of.register(Get)
def _(command: Get[Any], to: Any) -> Layout:
    return Layout((GetStep(to, command.key, projection=command.projection, consistent=command.consistent),))


@layout_of.register
def _(command: TestCondition, to: Any) -> Layout:
    return Layout((ConditionStep(to, command.key, preconditions_of(command, to).condition, consistent=True),))


@layout_of.register(TransactGet)
def _(command: TransactGet[Any], to: Any) -> Layout:
    return Layout(tuple(_transact_gets([command.__bind__(to)])))


@layout_of.register(TableTransactGet)
def _(command: TableTransactGet[Any], to: Any) -> Layout:  # noqa: ARG001  each group has its own entity
    return Layout(tuple(_transact_gets(command.gets)))


def _transact_gets(groups: Iterable[PreparedTransactGet[Any]]) -> Iterator[Step]:
    for group in groups:
        for key in group.keys:
            yield GetStep(group.entity, key, in_transaction=True, projection=group.projection)


@layout_of.register(BatchGet)
def _(command: BatchGet[Any], to: Any) -> Layout:
    return _batch_gets(command, [command.__bind__(to)])


@layout_of.register(TableBatchGet)
def _(command: TableBatchGet[Any], to: Any) -> Layout:  # noqa: ARG001  each group has its own entity
    return _batch_gets(command, command.gets)


def _batch_gets(command: BatchReadOptions, groups: Sequence[PreparedBatchGet[Any]]) -> Layout:
    reads = lay_out_reads(command, groups, Problems(type(command).__name__))
    pairs = zip(groups, reads.groups, strict=True)
    steps = [step for group, laid_out in pairs for step in _group_gets(group, laid_out)]
    return Layout(tuple(steps), _request_notes(reads))


def _group_gets(group: PreparedBatchGet[Any], laid_out: BatchReadGroup) -> Iterator[Step]:
    # Equal keys share one entry, so each item is described once.
    distinct = {id(entry): key for key, entry in zip(laid_out.keys, laid_out.entries, strict=True)}
    for key in distinct.values():
        yield GetStep(group.entity, key, projection=group.projection, consistent=group.consistent)


@layout_of.register(BatchWrite)
def _(command: BatchWrite[Any], to: Any) -> Layout:
    return _batch_writes(command, [command.__bind__(to)])


@layout_of.register
def _(command: TableBatchWrite, to: Any) -> Layout:  # noqa: ARG001  each group has its own entity
    return _batch_writes(command, command.writes)


def _batch_writes(command: BatchWriteOptions, groups: Sequence[PreparedBatchWrite[Any]]) -> Layout:
    writes = lay_out_writes(command, groups, Problems(type(command).__name__))
    return Layout(tuple(step for group in writes.groups for step in _group_writes(group)), _request_notes(writes))


def _group_writes(group: BatchWriteGroup) -> Iterator[Step]:
    entity = group.entity
    for put in {id(entry): entry for entry in group.puts}.values():
        yield PutStep(entity, put.stored, entity.encode(put.stored, trusted=True).text)
    deletes = zip(group.prepared.deletes, group.deletes, strict=True)
    for key in {id(entry): key for key, entry in deletes}.values():
        yield DeleteStep(entity, key)


def _request_notes(layout: BatchLayout) -> tuple[str, ...]:
    requests = len(list(split_into_requests(layout.entries, layout.at_most)))
    return () if requests == 1 else (f"this is the first of {requests} requests",)


@layout_of.register(Query)
def _(command: Query[Any], to: Any) -> Layout:
    index = next(iter(command.index), None) if command.index is not None else None
    step = QueryStep(
        command,
        source_of(command, to),
        index,
        given=command.key if command.index is None else next(iter(command.index.values())),
        sort_key_condition=command.sort_key_condition,
        reverse=command.reverse,
    )
    return Layout((step,), (*_page_notes(command), *_count_notes(step, step.selection)))


@layout_of.register(Scan)
def _(command: Scan[Any], to: Any) -> Layout:
    source = source_of(command, to)
    total = command.total_segments
    step = ScanStep(command, source, command.index_name, segment=command.segment, total_segments=total)
    return Layout((step,), (*_page_notes(command), *_count_notes(step, Selection())))


def _page_notes(command: PagedOptions) -> tuple[str, ...]:
    if command.max_requests == 1 or (command.max_items is None and not command.count_only):
        return ("this is one page: at most 1 MB is read",)
    until = "there are no more" if command.count_only else "there are enough items, or no more"
    most = "" if command.max_requests is None else f", in at most {command.max_requests} requests"
    return (f"this is the first page: more are requested until {until}{most}",)


def _count_notes(step: PagesStep, selection: Selection) -> tuple[str, ...]:
    if not step.command.count_only:
        return ()
    index = None if step.index is None else step.source.index(step.index)
    if key_counter(step.source, index, selection) is None:
        return ("DynamoDB counts the items, which costs as much as reading them",)
    return (
        "the library reads and counts the keys, as DynamoDB would count other items too; the cost is that of a read",
    )

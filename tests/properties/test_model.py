"""
Random writes and reads, next to a plain model: an entity is never told apart from a dictionary and `sorted`.

A soak runs many more sequences, and makes a failing one as short as it can be.
"""

from __future__ import annotations

import os
from functools import partial
from itertools import count, groupby
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
)
from dynamo_document_builder.testing import create_table, delete_table
from tests.effort import IS_SOAK, more
from tests.properties.changes import FREE, Stored, Write, batches, deletes, put, puts, transactions, updates
from tests.properties.questions import Asked, FieldRange, Shape, queries, queries_of_both, scans, scans_of_both, shapes
from tests.properties.stock import (
    KEY_TYPES,
    SORT_KEYS,
    TABLE,
    Attributes,
    Kind,
    Note,
    Order,
    Stock,
    as_item,
    key_of,
    notes_in,
    orders_in,
    place,
)
from tests.properties.words import keys, kinds, stocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.engines import Engine

AT_A_TIME = 10
"""From the eleventh on, hypothesis hardly makes anything new: it changes a little in what it has."""
PHASES = [phase for phase in Phase if IS_SOAK or phase is not Phase.shrink]
"""Making a failing sequence shorter takes minutes: only where somebody waits for it."""
STEPS = 30
SEGMENTS = 3
ENOUGH_PAGES = 200

some_keys = st.lists(keys, min_size=1, max_size=6)


def unique(given: Sequence[Attributes]) -> list[Attributes]:
    return [key for position, key in enumerate(given) if key not in given[:position]]


class StockMachine(RuleBasedStateMachine):
    """Does everything twice: to a table, and to the model."""

    def __init__(self, table: Table, engine: Engine, client: Any) -> None:
        super().__init__()
        self.table = table
        self.engine = engine
        self.client = client
        self.stock = Stock()
        self.entities: dict[Kind, Entity[Any]] = {Order: orders_in(table), Note: notes_in(table)}

    # What is read

    def item(self, key: tuple[str, str]) -> Any:
        stored = self.stock.items.get(key)
        return None if stored is None else as_item(stored)

    def shaped(self, kind: Kind, given: Attributes, shape: Shape) -> Any:
        stored = self.stock.items.get(key_of(kind, given))
        return None if stored is None else shape.of(stored, as_item)

    @rule(kind=kinds, given=keys, shape=shapes)
    def get(self, kind: Kind, given: Attributes, shape: Shape) -> None:
        result = self.entities[kind].send(Get(given, consistent=True, projection=shape.projection))
        assert result.item == self.shaped(kind, given, shape)

    @rule(kind=kinds, given=some_keys, shape=shapes)
    def batch_get(self, kind: Kind, given: list[Attributes], shape: Shape) -> None:
        result = self.entities[kind].send(BatchGet(given, consistent=True, projection=shape.projection))
        assert result.items == [self.shaped(kind, key, shape) for key in given]

    @rule(kind=kinds, given=some_keys.map(unique), shape=shapes)
    def transact_get(self, kind: Kind, given: list[Attributes], shape: Shape) -> None:
        shape = shape if self.engine.has("transact_get_projection") else Shape()
        result = self.entities[kind].send(TransactGet(given, projection=shape.projection))
        assert result.items == [self.shaped(kind, key, shape) for key in given]

    @rule(orders=some_keys.map(unique), notes=some_keys.map(unique))
    def get_both(self, orders: list[Attributes], notes: list[Attributes]) -> None:
        expected = tuple(
            [self.shaped(kind, key, Shape()) for key in given] for kind, given in ((Order, orders), (Note, notes))
        )
        of_orders, of_notes = self.entities[Order].prepare, self.entities[Note].prepare
        transaction = TableTransactGet(gets=(of_orders(TransactGet(orders)), of_notes(TransactGet(notes))))
        assert self.table.send(transaction).items == expected
        batch = TableBatchGet(
            gets=(of_orders(BatchGet(orders, consistent=True)), of_notes(BatchGet(notes, consistent=True)))
        )
        assert self.table.send(batch).items == expected

    # What is written

    @initialize(seed=st.integers(0, 999))
    def begin(self, seed: int) -> None:
        self.batch_write([put(item, FREE) for item in stocked(seed)])

    @rule(write=puts)
    def put(self, write: Write) -> None:
        self.write(write, "ALL_OLD", lambda result: result.return_item)

    @rule(write=updates)
    def update(self, write: Write) -> None:
        self.write(write, "ALL_NEW", lambda result: result.updated_item)

    @rule(write=deletes)
    def delete(self, write: Write) -> None:
        self.write(write, "ALL_OLD", lambda result: result.deleted_item)

    def write(self, write: Write, returned: str, read: Callable[[Any], Any]) -> None:
        command = evolve(write.command, return_values=returned)
        before = self.item(write.key)
        if not write.term.holds(self.stock.items.get(write.key)):
            with pytest.raises(ConditionFailedError) as caught:
                self.entities[write.kind].send(command)
            assert caught.value.item == before
            return
        result = self.entities[write.kind].send(command)
        self.apply(write)
        assert read(result) == (before if returned == "ALL_OLD" else self.item(write.key))

    def apply(self, write: Write) -> None:
        becomes: Stored = write.becomes(self.stock.items.get(write.key))
        if becomes is None:
            self.stock.drop(write.key)
        else:
            self.stock.put(becomes)

    @rule(writes=transactions)
    def transact_write(self, writes: list[Write]) -> None:
        ordered = [write for kind in (Order, Note) for write in writes if write.kind is kind]
        refused = [not write.term.holds(self.stock.items.get(write.key)) for write in ordered]
        if any(refused):
            with pytest.raises(TransactionCanceledError) as caught:
                self.send_together(ordered)
            assert [reason.code == "ConditionalCheckFailed" for reason in caught.value.reasons] == refused
            failed = [write for write, out in zip(ordered, refused, strict=True) if out]
            assert [reason.item for reason in caught.value.failures] == [self.item(write.key) for write in failed]
            return
        self.send_together(ordered)
        for write in ordered:
            self.apply(write)

    def send_together(self, writes: list[Write]) -> None:
        groups = {kind: [write.command for write in writes if write.kind is kind] for kind in (Order, Note)}
        if len({write.kind for write in writes}) == 1:
            self.entities[writes[0].kind].send(TransactWrite(groups[writes[0].kind]))
            return
        prepared = [self.entities[kind].prepare(commands) for kind, commands in groups.items()]
        self.table.send(TableTransactWrite(transactions=prepared))

    @rule(writes=batches)
    def batch_write(self, writes: list[Write]) -> None:
        groups = {kind: self.batch_of([write for write in writes if write.kind is kind]) for kind in (Order, Note)}
        if len({write.kind for write in writes}) == 1:
            [kind] = {write.kind for write in writes}
            count = self.entities[kind].send(groups[kind]).count
        else:
            prepared = [self.entities[kind].prepare(batch) for kind, batch in groups.items()]
            count = self.table.send(TableBatchWrite(writes=prepared)).count
        assert count == len(writes)
        for write in writes:
            self.apply(write)

    def batch_of(self, writes: list[Write]) -> BatchWrite[Any]:
        commands = [write.command for write in writes]
        return BatchWrite(
            items=[command.item for command in commands if isinstance(command, Put)],
            deletes=[command.key for command in commands if isinstance(command, Delete)],
        )

    # What is found

    @rule(asked=queries)
    def query(self, asked: Asked) -> None:
        send = self.entities[asked.kinds[0]].send
        self.check_ordered(asked, list(self.one_by_one(partial(self.checked, asked, send), Query(**asked.options))))

    @rule(asked=queries)
    def paginate(self, asked: Asked) -> None:
        pages = list(self.entities[asked.kinds[0]].paginate(Query(**asked.options)))
        self.check_pages(asked, pages)
        self.check_ordered(asked, [item for page in pages for item in page.items], asked.max_items)

    @rule(asked=queries_of_both)
    def query_both(self, asked: Asked) -> None:
        query = Query(**asked.options, entities=self.entities[Order] | self.entities[Note])
        self.check_ordered(asked, list(self.one_by_one(partial(self.checked, asked, self.table.send), query)))
        self.check_ordered(asked, list(self.table.paginate(query).items()), asked.max_items)

    @rule(asked=scans)
    def scan(self, asked: Asked) -> None:
        send = self.entities[asked.kinds[0]].send
        self.check_all(asked, list(self.one_by_one(partial(self.checked, asked, send), Scan(**asked.options))))

    @rule(asked=scans)
    def paginate_scan(self, asked: Asked) -> None:
        pages = list(self.entities[asked.kinds[0]].paginate(Scan(**asked.options)))
        self.check_pages(asked, pages)
        self.check_all(asked, [item for page in pages for item in page.items], asked.max_items)

    @rule(asked=scans_of_both)
    def scan_both(self, asked: Asked) -> None:
        scan = Scan(**asked.options, entities=self.entities[Order] | self.entities[Note])
        self.check_all(asked, list(self.one_by_one(partial(self.checked, asked, self.table.send), scan)))

    @rule(asked=scans)
    def scan_in_segments(self, asked: Asked) -> None:
        asked = evolve(asked, max_items=None)
        entity, scan = self.entities[asked.kinds[0]], Scan(**asked.options, total_segments=SEGMENTS)
        found = [
            item for segment in range(SEGMENTS) for item in self.one_by_one(entity.send, evolve(scan, segment=segment))
        ]
        self.check_all(asked, found)
        # An engine in this process expects no two requests at a time.
        at_once = None if self.engine.endpoint else 1
        self.check_all(asked, list(entity.paginate(scan, at_once=at_once).items()))

    def one_by_one(self, send: Callable[[Any], Any], command: Any) -> Iterator[Any]:
        """Yield the items of one answer after the other, each asked for with the cursor of the one before."""
        for _ in range(ENOUGH_PAGES):
            result = send(command)
            yield from result.items
            if result.cursor is None:
                return
            command = evolve(command, start=result.cursor)
        pytest.fail("the cursors never come to an end")

    def checked(self, asked: Asked, send: Callable[[Any], Any], command: Any) -> Any:
        """Send, and look at what each answer has to keep to."""
        result = send(command)
        assert result.count == len(result.items) <= result.scanned_count
        if asked.max_items is not None:
            assert result.count == asked.max_items or (result.count < asked.max_items and result.cursor is None)
        elif asked.page_size is not None:
            assert result.scanned_count <= asked.page_size
        return result

    def check_pages(self, asked: Asked, pages: Sequence[Any]) -> None:
        assert [page.cursor is None for page in pages[:-1]] == [False] * (len(pages) - 1)
        assert all(page.scanned_count <= (asked.page_size or page.scanned_count) for page in pages)
        if asked.max_items is None:
            read = self.stock.found(asked.index, asked.reads)
            scanned = sum(page.scanned_count for page in pages)
            if asked.sought is not None and isinstance(asked.sought.range, FieldRange):
                # More may be read than is meant, and less of the other kind; where it ends is not told a second time.
                assert scanned >= sum(map(asked.is_about, read))
            else:
                assert scanned == len(read)

    def expected(self, asked: Asked) -> list[Attributes]:
        found = [item for item in self.stock.found(asked.index, asked.reads) if asked.returns(item)]
        return found[::-1] if asked.reverse else found

    def check_ordered(self, asked: Asked, found: Sequence[Any], at_most: int | None = None) -> None:
        """Check what came, and its order; DynamoDB gives items with one sort key in any order."""
        expected, sort_key, left = self.expected(asked), SORT_KEYS[asked.index][1], list(found)
        assert len(left) == len(expected[:at_most])
        for _, tied in groupby(expected, key=lambda item: place(item[sort_key])):
            wanted = [asked.shape.of(item, as_item) for item in tied]
            check_drawn(left[: len(wanted)], wanted)
            left = left[len(wanted) :]

    def check_all(self, asked: Asked, found: Sequence[Any], at_most: int | None = None) -> None:
        """Check what came, in any order."""
        wanted = [asked.shape.of(item, as_item) for item in self.expected(asked)]
        assert len(found) == len(wanted[:at_most])
        check_drawn(found, wanted)

    def teardown(self) -> None:
        stored = self.client.scan(TableName=self.table.name, ConsistentRead=True)["Items"]
        delete_table(self.table, client=self.client)
        read = TypeDeserializer().deserialize
        found = [{name: read(value) for name, value in item.items()} for item in stored]
        assert {(item["PK"], item["SK"]): item for item in found} == self.stock.items


def check_drawn(found: Iterable[Any], wanted: Iterable[Any]) -> None:
    """Check that all that was found was wanted, and is there once."""
    left = list(wanted)
    for item in found:
        assert item in left
        left.remove(item)


@pytest.mark.soak
# Hypothesis describes the rules to itself, all strategies in them.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_an_entity_is_never_told_apart_from_a_dictionary(engine: Engine, client: Any) -> None:
    numbers = count()

    def machine() -> StockMachine:
        table = Table(f"stock-{next(numbers)}-{os.getpid()}", client=client, **TABLE)
        create_table(table, key_types=KEY_TYPES)
        return StockMachine(table, engine, client)

    how = settings(
        max_examples=AT_A_TIME, stateful_step_count=STEPS, phases=PHASES, suppress_health_check=list(HealthCheck)
    )
    # The engine in this process takes several times as long.
    for _ in range(more(2 if engine.endpoint else 1)):
        run_state_machine_as_test(machine, settings=how)  # type: ignore[no-untyped-call]

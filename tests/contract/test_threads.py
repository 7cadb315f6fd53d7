"""One table, one entity and one set of command objects serve any number of threads."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from attrs import field

from dynamo_document_builder import (
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    item_exists,
    item_not_exists,
)
from dynamo_document_builder.schema.items.registry import codec_of
from tests.contract.shop import Account, Order, accounts_in, orders_in
from tests.contract.ways import SENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamo_document_builder.wire.request import Request, Response
    from tests.conftest import NewTable
    from tests.engines import Engine

pytestmark = SENT

THREADS = 16
ROUNDS = 4
ROUNDS_ONE_BY_ONE = 2


class OneByOne:
    """Carries requests one at a time, for an engine in this process that does not expect threads itself."""

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self.lock = Lock()

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        with self.lock:
            return self.transport.send(request, timeout)


@pytest.fixture
def table(new_table: NewTable, transport: Any, engine: Engine) -> Table:
    return Table(new_table(), transport=OneByOne(transport) if engine.name == "moto" else transport)


@pytest.fixture(autouse=True)
def often_switched() -> Iterator[None]:
    """Let threads take turns far more often than they usually do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Run the same work in all threads, starting together; an exception in any of them is raised here."""
    start = Barrier(THREADS)

    def run(thread: int) -> Any:
        start.wait()
        return work(thread)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


@pytest.fixture
def rounds(engine: Engine) -> int:
    return ROUNDS if engine.endpoint else ROUNDS_ONE_BY_ONE


def test_mixed_commands_of_sixteen_threads_never_get_each_others_answers(table: Table, rounds: int) -> None:
    accounts, orders = accounts_in(table), orders_in(table)
    accounts.send(Put(Account("shared", "Alice", 1000, "a@example.org")))
    never = Put(Account("shared"), condition=item_not_exists())
    read_shared = Get({"account_id": "shared"}, consistent=True)
    nothing = TransactGet([{"order_id": "none"}])

    def work(thread: int) -> int:
        for turn in range(rounds):
            name = f"{thread}-{turn}"
            mine = Account(name, f"owner {name}", turn)
            accounts.send(Put(mine))
            assert accounts.send(Get({"account_id": name}, consistent=True)).item == mine
            with pytest.raises(ConditionFailedError) as refused:
                accounts.send(Delete({"account_id": name}, condition={"balance": -1}))
            assert refused.value.item == mine
            table.send(
                TableTransactWrite(
                    [
                        accounts.prepare([Update({"account_id": name}, updates={"balance": add(1)})]),
                        orders.prepare([Put(Order(name, lines=(name,)), condition=item_not_exists())]),
                    ]
                )
            )
            both = TableTransactGet(
                (
                    accounts.prepare(TransactGet([{"account_id": name}])),
                    orders.prepare(TransactGet([{"order_id": name}])),
                )
            )
            assert table.send(both).items == ([Account(name, mine.owner, turn + 1)], [Order(name, lines=(name,))])
            with pytest.raises(TransactionCanceledError) as cancelled:
                accounts.send(TransactWrite([Delete({"account_id": name}), never]))
            assert [reason.item and reason.item.owner for reason in cancelled.value.reasons] == [None, "Alice"]
            assert orders.send(nothing).items == [None]
            shared = accounts.send(read_shared).item
            assert shared is not None
            assert shared.owner == "Alice"
        return thread

    work(THREADS)  # first uses have tests of their own
    assert at_once(work) == list(range(THREADS))


def test_updates_of_one_item_by_sixteen_threads_all_count(table: Table, rounds: int) -> None:
    accounts = accounts_in(table)
    accounts.send(Put(Account("shared")))
    bump = Update({"account_id": "shared"}, updates={"balance": add(1)}, condition=item_exists())
    at_once(lambda _: [accounts.send(bump) for _ in range(rounds)])
    assert accounts.send(Get({"account_id": "shared"}, consistent=True)).item == Account(
        "shared", balance=THREADS * rounds
    )


def test_the_first_use_of_a_schema_gives_one_codec_to_all(table: Table) -> None:
    schema = attrs.make_class(
        "Fresh",
        {"item_id": field(type=str), **{f"f{n}": field(type=int, default=n) for n in range(30)}},
        frozen=True,
    )

    def work(thread: int) -> Any:
        items: Entity[Any] = Entity(schema, table, partition_key=lambda i: i.item_id, sort_key=lambda _: "S")
        item = schema(str(thread), f7=thread)
        items.send(TransactWrite([Put(item), Update({"item_id": f"u{thread}"}, updates={"f7": thread})]))
        assert items.send(Get({"item_id": str(thread)}, consistent=True)).item == item
        return items.__model__.codec

    assert set(at_once(work)) == {codec_of(schema)}


def test_one_entity_is_used_for_the_first_time_by_sixteen_threads(table: Table) -> None:
    for turn in range(5):
        schema = attrs.make_class("Fresh", {"item_id": field(type=str), "n": field(type=int, default=0)}, frozen=True)
        items: Entity[Any] = Entity(schema, table, partition_key=lambda i: i.item_id, sort_key=lambda _: "S")
        put = Put(schema(f"first {turn}", turn))

        def work(_: int, items: Entity[Any] = items, put: Put[Any] = put) -> Any:
            items.send(put)
            return items.send(Get({"item_id": put.item.item_id}, consistent=True)).item

        assert at_once(work) == [put.item] * THREADS

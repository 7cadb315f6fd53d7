"""Batches to a DynamoDB that throttles, leaves undone and loses answers: nothing is lost, and nothing done twice."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from botocore.config import Config

from dynamo_document_builder import Entity, Table
from dynamo_document_builder.commands.batch_get import BatchGet
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.table_batch_get import TableBatchGet
from dynamo_document_builder.commands.table_batch_write import TableBatchWrite
from dynamo_document_builder.errors import (
    BatchIncompleteError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ThrottledError,
)
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from dynamo_document_builder.transports.botocore import BotocoreTransport
from tests.contract.shop import Account, Order, accounts_in, orders_in
from tests.engines import REACHABLE, REGION
from tests.proxy import Proxy, honest, leaving_undone, losing, refusal, running_proxy, throttling

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

    from tests.conftest import NewTable
    from tests.contract.conftest import Engine
    from tests.proxy import Answer, Asked, Fault

pytestmark = [pytest.mark.soak, REACHABLE]
QUICK = RetryPolicy(max_attempts=1000, base_delay=0.0005, max_delay=0.002)
ONCE = RetryPolicy(max_attempts=1, base_delay=0)
MOODS: dict[str, Fault] = {
    "some undone": leaving_undone(0.3),
    "most undone": leaving_undone(0.9),
    "some undone or throttled": throttling(0.3, leaving_undone(0.5)),
}
moody = pytest.mark.parametrize("mood", MOODS)
by_wire = pytest.mark.parametrize("open_shop", [True], ids=["wire"], indirect=True)
"""For many cases of one thing; the others go through both modes of the transport."""
seeded = pytest.mark.parametrize("seed", range(3))


@frozen
class Shop:
    """Two entities of one table behind the proxy, and a way to see the table past it."""

    proxy: Proxy
    table: Table
    accounts: Entity[Account]
    orders: Entity[Order]
    direct: Any

    def stored(self) -> set[str]:
        pages = self.direct.get_paginator("scan").paginate(TableName=self.table.name, ConsistentRead=True)
        return {item["PK"]["S"] for page in pages for item in page["Items"]}

    def fill(self, count: int) -> list[Account]:
        accounts = [Account(str(number)) for number in range(count)]
        self.accounts.send(BatchWrite(accounts))
        self.proxy.seen.clear()
        return accounts

    def entries(self, operation: str) -> int:
        """Count what was asked of DynamoDB in all, item by item."""
        asked = [one for seen in self.proxy.seen if seen.operation == operation for one in tables(seen)]
        return sum(len(one["Keys"] if operation == "BatchGetItem" else one) for one in asked)


def tables(asked: Asked) -> list[Any]:
    return list(asked.payload["RequestItems"].values())


@pytest.fixture(params=[True, False], ids=["wire", "plain"])
def open_shop(
    request: pytest.FixtureRequest, engine: Engine, client: Any, new_table: NewTable, boto3_session: boto3.Session
) -> Any:
    """Give a function that opens a shop behind a proxy with a seed."""
    if engine.endpoint is None:
        pytest.skip(f"{engine.name} has no endpoint that a proxy could stand in front of")

    @contextmanager
    def open_one(seed: int, **config: Any) -> Iterator[Shop]:
        with running_proxy(engine.endpoint or "", seed) as proxy:
            proxied = boto3_session.client(
                "dynamodb",
                endpoint_url=proxy.endpoint,
                region_name=REGION,
                config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, **config),
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
            table = Table(new_table(), transport=BotocoreTransport(proxied, wire=request.param))
            yield Shop(proxy, table, accounts_in(table), orders_in(table), client)
            proxied.close()

    return open_one


def pk(account_id: object) -> str:
    return f"ACCOUNT#{account_id}"


def key_of(account_id: object) -> dict[str, str]:
    return {"account_id": str(account_id)}


def settled(accounts: Entity[Account], command: Any) -> Any:
    """Return the result, whole or not."""
    try:
        return accounts.send(command)
    except BatchIncompleteError as error:
        return error.result


@by_wire
@moody
@seeded
def test_every_key_is_answered_in_its_place(open_shop: Any, mood: str, seed: int) -> None:
    with open_shop(seed) as shop:
        shop.fill(120)
        draw = Random(seed)
        wanted = [draw.randrange(200) for _ in range(260)]  # some twice, some not there
        shop.proxy.fault = MOODS[mood]
        result = shop.accounts.send(BatchGet([key_of(one) for one in wanted], retry=QUICK))
        assert result.items == [Account(str(one)) if one < 120 else None for one in wanted]
        assert result.unprocessed == ()
        assert result.attempts == len(shop.proxy.seen) > 3


@by_wire
@moody
@seeded
def test_every_write_is_done(open_shop: Any, mood: str, seed: int) -> None:
    with open_shop(seed) as shop:
        accounts = shop.fill(60)
        shop.proxy.fault = MOODS[mood]
        new = [Account(f"new-{one}", balance=one) for one in range(70)]
        result = shop.accounts.send(BatchWrite([*new, *new[:10]], deletes=accounts[:50], retry=QUICK))
        assert result.count == 130
        assert not result.unprocessed
        expected = {pk(one.account_id) for one in [*new, *accounts[50:]]}
        assert shop.stored() == expected


@seeded
def test_what_was_done_is_not_asked_again(open_shop: Any, seed: int) -> None:
    undone = Counter[str]()

    def counted(asked: Asked) -> Answer:
        answer = leaving_undone(0.5)(asked)
        left = [
            *answer.payload.get("UnprocessedKeys", {}).values(),
            *answer.payload.get("UnprocessedItems", {}).values(),
        ]
        undone[asked.operation] += sum(len(one["Keys"] if isinstance(one, dict) else one) for one in left)
        return answer

    with open_shop(seed) as shop:
        shop.fill(130)
        shop.proxy.fault = counted
        shop.accounts.send(BatchGet([key_of(one) for one in range(260)], retry=QUICK))
        assert shop.entries("BatchGetItem") == 260 + undone["BatchGetItem"]
        shop.accounts.send(BatchWrite(deletes=[key_of(one) for one in range(130)], retry=QUICK))
        assert shop.entries("BatchWriteItem") == 130 + undone["BatchWriteItem"]
        assert shop.stored() == set()


@seeded
def test_done_and_undone_are_all_there_is_of_the_writes(open_shop: Any, seed: int) -> None:
    """It ends in the middle; the rest is sent again as it is, until nothing is left."""
    with open_shop(seed) as shop:
        accounts = shop.fill(40)
        shop.proxy.fault = throttling(0.2, leaving_undone(0.7))
        puts = [Account(f"new-{one}") for one in range(60)]
        batch = BatchWrite(puts, deletes=accounts, retry=ONCE)
        done = 0
        while batch:
            result = settled(shop.accounts, batch)
            assert result.count + len(result.unprocessed) == len(batch)
            done += result.count
            batch = result.unprocessed
            written = {pk(one.account_id) for one in puts} - {pk(one.account_id) for one in batch.items}
            assert shop.stored() == written | {pk(one.account_id) for one in batch.deletes}
        assert done == 100
        assert shop.stored() == {pk(one.account_id) for one in puts}


@seeded
def test_read_and_unread_are_all_there_is_of_the_keys(open_shop: Any, seed: int) -> None:
    with open_shop(seed) as shop:
        shop.fill(50)
        shop.proxy.fault = throttling(0.2, leaving_undone(0.7))
        keys = tuple(key_of(one % 90) for one in range(120))
        found: dict[str, Account | None] = {}
        while keys:
            result = settled(shop.accounts, BatchGet(keys, retry=ONCE))
            left = Counter(one["account_id"] for one in result.unprocessed)
            found |= {
                one["account_id"]: item
                for one, item in zip(keys, result.items, strict=True)
                if one["account_id"] not in left
            }
            assert not left.keys() & found.keys()
            assert left == Counter(one["account_id"] for one in keys if one["account_id"] not in found)
            keys = result.unprocessed
        assert found == {str(one): Account(str(one)) if one < 50 else None for one in range(90)}


@seeded
def test_batches_over_several_entities_lose_nothing_either(open_shop: Any, seed: int) -> None:
    with open_shop(seed) as shop:
        shop.proxy.fault = throttling(0.2, leaving_undone(0.5))
        accounts = [Account(str(one)) for one in range(40)]
        orders = [Order(str(one)) for one in range(50)]
        writes = shop.table.send(
            TableBatchWrite(
                [shop.accounts.prepare(BatchWrite(accounts)), shop.orders.prepare(BatchWrite(orders))], retry=QUICK
            )
        )
        assert (writes.count, writes.unprocessed) == (90, ())
        reads = shop.table.send(
            TableBatchGet(
                (
                    shop.orders.prepare(BatchGet([{"order_id": str(one)} for one in range(60)], consistent=True)),
                    shop.accounts.prepare(BatchGet(accounts, projection=["account_id"])),
                    shop.accounts.prepare(BatchGet([key_of(one) for one in range(30, 50)])),
                ),
                retry=QUICK,
            )
        )
        assert reads.items == (
            [*orders, *[None] * 10],
            [key_of(one) for one in range(40)],
            [*accounts[30:], *[None] * 10],
        )


def test_throttled_for_good_it_gives_back_everything(open_shop: Any) -> None:
    with open_shop(1) as shop:
        shop.proxy.fault = throttling(1)
        accounts = [Account(str(one)) for one in range(30)]
        with pytest.raises(BatchIncompleteError) as incomplete:
            shop.accounts.send(BatchWrite(accounts, retry=RetryPolicy(max_attempts=3, base_delay=0.001)))
        assert incomplete.value.unprocessed.items == tuple(accounts)
        assert isinstance(incomplete.value.__cause__, ThrottledError)
        assert len(shop.proxy.seen) == 3


def test_the_deadline_ends_the_waiting(open_shop: Any) -> None:
    with open_shop(1) as shop:
        shop.fill(10)
        shop.proxy.fault = leaving_undone(0.5)
        patient = RetryPolicy(base_delay=1000, max_delay=1000)
        with pytest.raises(BatchIncompleteError) as incomplete:
            shop.accounts.send(BatchGet([key_of(one) for one in range(10)], retry=patient, timeout=5))
        assert isinstance(incomplete.value.__cause__, RequestTimeoutError)
        result = incomplete.value.result
        assert len(result.unprocessed) + sum(item is not None for item in result.items) == 10
        assert 0 < len(result.unprocessed) < 10


@seeded
def test_a_lost_answer_leaves_its_writes_to_be_sent_again(open_shop: Any, seed: int) -> None:
    with open_shop(seed) as shop:
        shop.proxy.fault = losing(0.4)
        accounts = [Account(str(one)) for one in range(250)]
        batch = BatchWrite(accounts, retry=QUICK)
        while batch:
            try:
                batch = settled(shop.accounts, batch).unprocessed
            except OutcomeUnknownError as error:
                batch = error.command
        assert shop.stored() == {pk(one) for one in range(250)}


def test_a_refusal_in_the_middle_keeps_what_was_done(open_shop: Any) -> None:
    with open_shop(1) as shop:

        def second_refused(asked: Asked) -> Answer:
            return honest(asked) if len(shop.proxy.seen) == 1 else refusal("AccessDeniedException")

        shop.proxy.fault = second_refused
        with pytest.raises(BatchIncompleteError, match=r"25 of 30 writes done, 5 not: ServiceError: .*AccessDenied"):
            shop.accounts.send(BatchWrite([Account(str(one)) for one in range(30)]))
        assert shop.stored() == {pk(one) for one in range(25)}

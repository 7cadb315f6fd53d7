"""
Measure a get through `MemoryDynamoDB` and through other engines in this process: boto3 with moto, and dynamoxy.

    python benchmarks/memory.py [rounds]

dynamoxy is measured where it is installed, which needs Python 3.12. It can only be awaited, so it is compared with
`asend`; so is its client over HTTP.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer
from engine import client_of, endpoint
from harness import Watch, alternated, held, in_turn
from items import Order, order
from moto import mock_aws

from dynamo_document_builder import AsyncHttpTransport, Entity, Get, Put, Table
from dynamo_document_builder.testing import MemoryDynamoDB, create_table

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from harness import Cost, Costs

ROUNDS: Final = 15
CALLS: Final = 200
MICROSECONDS: Final = 60
OF_MOTO: Final = 1 / 20
OURS, MOTO, DYNAMOXY = "MemoryDynamoDB", "boto3 client, moto", "dynamoxy"


def orders_in(**connection: Any) -> Entity[Order]:
    return Entity(Order, Table("orders", **connection), partition_key="{customer}", sort_key="{order_id}")


def through_memory() -> Callable[[], object]:
    """Return a get of one item of six fields, as an object."""
    orders = orders_in(transport=MemoryDynamoDB())
    create_table(orders.table, orders)
    orders.send(Put(order(1)))
    get = Get({"customer": order(1).customer, "order_id": order(1).order_id})
    assert orders.send(get).item == order(1)
    return lambda: orders.send(get)


def through_moto() -> Callable[[], object]:
    """Return a get of the same item, as a dictionary."""
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    orders = orders_in(client=client)
    create_table(orders.table, orders)
    orders.send(Put(order(1)))
    key = {"PK": {"S": order(1).customer}, "SK": {"S": order(1).order_id}}
    deserialize = TypeDeserializer().deserialize

    def get() -> dict[str, Any]:
        item = client.get_item(TableName="orders", Key=key)["Item"]
        return {name: deserialize(value) for name, value in item.items()}

    assert get()["order_id"] == order(1).order_id
    return get


async def awaited(orders: Entity[Order]) -> Callable[[], Awaitable[object]]:
    """Store one item, and return a get of it that is awaited."""
    await orders.asend(Put(order(1)))
    get = Get({"customer": order(1).customer, "order_id": order(1).order_id})
    assert (await orders.asend(get)).item == order(1)
    return lambda: orders.asend(get)


async def _many(get: Callable[[], Awaitable[object]]) -> Cost:
    watch = Watch()
    for _ in range(CALLS):
        await get()
    return watch.cost(CALLS)


def beside_dynamoxy(ours: str, orders: Entity[Order], client: Any, rounds: int) -> None:
    """Compare one of our ways with a client of dynamoxy; both are awaited, each in an event loop of its own."""
    from peers.dynamoxy_client import get_of

    def measured(getting: Coroutine[Any, Any, Callable[[], Awaitable[object]]]) -> Callable[[], Cost]:
        loop = asyncio.new_event_loop()
        get = loop.run_until_complete(getting)
        loop.run_until_complete(_many(get))
        return lambda: loop.run_until_complete(_many(get))

    found = in_turn(rounds, {ours: measured(awaited(orders)), DYNAMOXY: measured(get_of(client))})
    report(found)
    share = found[ours].to(found[DYNAMOXY])
    print(f"an awaited get, {share:.2f} of dynamoxy's, at most 1: {held(share, 1)}\n")


def in_memory_and_over_http(rounds: int) -> None:
    import dynamoxy

    memory = orders_in(transport=MemoryDynamoDB())
    create_table(memory.table, memory)
    beside_dynamoxy(OURS, memory, dynamoxy.testing.memory_client(), rounds)
    with endpoint() as url:
        create_table(orders_in(client=client_of(url)).table)
        direct = orders_in(transport=AsyncHttpTransport.from_client(client_of(url)))
        beside_dynamoxy("AsyncHttpTransport", direct, dynamoxy.Client(region="us-east-1", endpoint_url=url), rounds)


def report(found: dict[str, Costs]) -> None:
    """Print the costs of each candidate."""
    for name, costs in found.items():
        print(f"{name:24}{costs.cpu:8,.1f} us of CPU, {costs.wall:8,.1f} us in all")


def main(rounds: int = ROUNDS) -> None:
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with mock_aws():
        found = alternated({OURS: through_memory(), MOTO: through_moto()}, calls=CALLS, rounds=rounds)
    print(f"Python {platform.python_version()}, {platform.machine()}, {rounds} rounds\n")
    report(found)
    cpu, share = found[OURS].cpu, found[OURS].to(found[MOTO])
    print(f"\na get, at most {MICROSECONDS} us: {held(cpu, MICROSECONDS)}")
    print(f"a get, 1/{1 / share:.0f} of moto's, at most 1/{1 / OF_MOTO:.0f}: {held(share, OF_MOTO)}\n")
    if find_spec("dynamoxy") is None:
        print("dynamoxy is not installed, which needs Python 3.12: not compared")
    else:
        in_memory_and_over_http(rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

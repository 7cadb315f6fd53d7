"""
Measure a get through `MemoryDynamoDB` and a get through boto3 and moto, both in this process.

    python benchmarks/memory.py [rounds]
"""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer
from harness import alternated, held
from items import Order, order
from moto import mock_aws

from dynamo_document_builder import Entity, Get, Put, Table
from dynamo_document_builder.testing import MemoryDynamoDB, create_table

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 15
CALLS: Final = 200
MICROSECONDS: Final = 60
OF_MOTO: Final = 1 / 20
OURS, MOTO = "MemoryDynamoDB", "boto3 client, moto"


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


def main(rounds: int = ROUNDS) -> None:
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with mock_aws():
        found = alternated({OURS: through_memory(), MOTO: through_moto()}, calls=CALLS, rounds=rounds)
    print(f"Python {platform.python_version()}, {platform.machine()}, {rounds} rounds\n")
    for name, costs in found.items():
        print(f"{name:24}{costs.cpu:8,.1f} us of CPU, {costs.wall:8,.1f} us in all")
    cpu, share = found[OURS].cpu, found[OURS].to(found[MOTO])
    print(f"\na get, at most {MICROSECONDS} us: {held(cpu, MICROSECONDS)}")
    print(f"a get, 1/{1 / share:.0f} of moto's, at most 1/{1 / OF_MOTO:.0f}: {held(share, OF_MOTO)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

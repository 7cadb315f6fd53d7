"""What the tests of reads of pages are about: customers and their orders in one table, with an index of each kind."""

from __future__ import annotations

from datetime import date  # noqa: TC003  the schemas' annotations are looked up
from typing import Any

from attrs import frozen

from dynamo_document_builder import Entity, Table, index_key, key


@frozen
class Customer:
    customer_id: str
    name: str = ""
    email: str | None = None


@frozen
class Order:
    customer_id: str
    placed_on: date
    order_id: str
    total: int = 0
    status: str = "new"


table = Table(
    "shop",
    entity_attribute="_type",
    global_secondary_indexes={
        "by_email": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"},
        "by_status": {"partition_key": "status", "sort_key": "total", "projection": ["_type"]},
    },
    local_secondary_indexes={"by_total": {"sort_key": "total"}},
)
customers = Entity(
    Customer,
    table,
    partition_key=lambda c: key("CUSTOMER", c.customer_id),
    sort_key=lambda _: "META",
    global_secondary_indexes={
        "by_email": {"partition_key": lambda c: index_key("EMAIL", c.email), "sort_key": lambda _: "CUSTOMER"}
    },
)
orders = Entity(
    Order,
    table,
    partition_key=lambda o: key("CUSTOMER", o.customer_id),
    sort_key=lambda o: key("ORDER", o.placed_on, o.order_id),
)

C1 = {"customer_id": "c1"}


def stored(number: int, **more: Any) -> dict[str, Any]:
    """Return an order as it is stored."""
    day = f"2026-01-{number:02}"
    return {
        "PK": {"S": "CUSTOMER#c1"},
        "SK": {"S": f"ORDER#{day}#o{number}"},
        "_type": {"S": "Order"},
        "customer_id": {"S": "c1"},
        "placed_on": {"S": day},
        "order_id": {"S": f"o{number}"},
        "total": {"N": str(number)},
        **more,
    }


def page(*numbers: int, more: bool = False, scanned: int | None = None) -> dict[str, Any]:
    """Return a page of orders as DynamoDB gives it."""
    items = [stored(number) for number in numbers]
    last = {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": f"ORDER#after {numbers}"}}
    counts = {"Count": len(items), "ScannedCount": len(items) if scanned is None else scanned}
    return {"Items": items, **counts, **({"LastEvaluatedKey": last} if more else {})}


def numbers_of(items: list[Order]) -> list[int]:
    return [int(order.order_id.removeprefix("o")) for order in items]

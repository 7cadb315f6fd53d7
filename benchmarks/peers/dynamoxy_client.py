"""dynamoxy, which is written in Rust, is awaited only, and needs Python 3.12."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  dynamoxy evaluates the annotations
from typing import TYPE_CHECKING, Any

import attrs
import dynamoxy
from dynamoxy import Attr, partition_key, sort_key
from items import order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Order(dynamoxy.Model, table="dynamoxy-orders"):
    customer: Attr[str] = partition_key()
    order_id: Attr[str] = sort_key()
    status: Attr[str]
    total: Attr[Decimal]
    quantity: Attr[int]
    note: Attr[str]


async def get_of(client: dynamoxy.Client) -> Callable[[], Awaitable[Any]]:
    """Store one order, and return a get of it."""
    await client.ensure_tables(Order)
    orders = client.repository(Order)
    await orders.put(Order(**attrs.asdict(order(1))))

    def get() -> Awaitable[Any]:
        return orders.get(order(1).customer, order(1).order_id)

    found = await get()
    assert (found.status, found.total) == (order(1).status, order(1).total)
    return get

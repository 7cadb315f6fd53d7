"""What the typing tests are about."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from dynamo_document_builder import Database, Entity, Table, index_key, key


@frozen
class Address:
    city: str
    zip_code: str | None = None


@frozen
class User:
    user_id: str
    name: str
    balance: int = 0
    score: float = 0.0
    limit: Decimal | None = None
    email: str | None = None
    active: bool = True
    tags: frozenset[str] = frozenset()
    labels: set[str] | None = None
    words: tuple[str, ...] = ()
    address: Address | None = None
    home: Address = Address("Oslo")
    extra: dict[str, Any] = field(factory=dict[str, Any])
    counters: dict[str, int] = field(factory=dict[str, int])
    created_at: datetime | None = None


@frozen
class Order:
    order_id: str
    status: str = "new"
    lines: list[str] = field(factory=list[str])


@frozen
class Event:
    tenant: str
    event_id: str


@frozen
class Item4:
    id: str


@frozen
class Item5:
    id: str


@frozen
class Item6:
    id: str


@frozen
class Item7:
    id: str


@frozen
class Item8:
    id: str


@frozen
class Item9:
    id: str


table = Table(
    "app",
    global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"}},
    local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}},
)
database = Database()
plain = Table("plain", partition_key="id", sort_key=None)
users = Entity(
    User,
    table,
    partition_key=lambda u: key("USER", u.user_id),
    sort_key=lambda u: "META",
    global_secondary_indexes={
        "GSI1": {"partition_key": lambda u: index_key("EMAIL", u.email), "sort_key": lambda u: u.name}
    },
    local_secondary_indexes={"LSI1": {"sort_key": lambda u: index_key(u.created_at)}},
)
orders = Entity(Order, table, partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda o: "META")
events = Entity(Event, table, partition_key=lambda e: key(e.tenant), sort_key=lambda e: key(e.event_id))
items4 = Entity(Item4, plain)
items5 = Entity(Item5, plain)
items6 = Entity(Item6, plain)
items7 = Entity(Item7, plain)
items8 = Entity(Item8, plain)
items9 = Entity(Item9, plain)
KEY = {"user_id": "u1"}

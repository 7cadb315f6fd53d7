"""What unit tests are about: one table, a user, an order, and a page with a field of every shape."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from dynamo_document_builder import Entity, Table, index_key, key, stored

table = Table("app")


@frozen
class User:
    user_id: str
    name: str
    balance: int = 0
    email: str | None = None


@frozen
class Order:
    order_id: str
    status: str = "new"


users = Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
orders = Entity(Order, table, partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda _: "META")

ALICE = User("u1", "Alice", 100)
ALICE_KEY = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}
ALICE_ITEM = {**ALICE_KEY, "user_id": {"S": "u1"}, "name": {"S": "Alice"}, "balance": {"N": "100"}}
O1_KEY = {"PK": {"S": "ORDER#o1"}, "SK": {"S": "META"}}


def user_key(user_id: str) -> dict[str, Any]:
    return {"PK": {"S": f"USER#{user_id}"}, "SK": {"S": "META"}}


@frozen
class Address:
    city: str
    type: str = "home"
    lines: tuple[str, ...] = ()


@frozen
class Page:
    page_id: str
    title: str = ""
    status: str | None = None
    views: int = 0
    score: float | None = None
    price: Decimal | None = None
    draft: bool = False
    body: bytes | None = None
    tags: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()
    words: list[str] = field(factory=list[str])
    address: Address | None = None
    places: list[Address] = field(factory=list[Address])
    matrix: list[list[int]] = field(factory=list[list[int]])
    counters: dict[str, int] = field(factory=dict[str, int])
    extra: dict[str, Any] = field(factory=dict[str, Any])
    anything: Any = None
    nothing: str | None = field(default=None, metadata=stored(null=True))
    published: datetime | None = None
    first: str = field(default="", metadata=stored(alias="first-name"))


pages = Entity(Page, Table("pages", partition_key="page_id", sort_key=None))


@frozen
class Member:
    """In two indexes: one by tenant and email, a sparse one by status."""

    tenant: str
    member_id: str
    email: str | None = None
    status: str = "active"
    visits: int = 0


member_table = Table(
    "members",
    global_secondary_indexes={
        "GSI1": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"},
        "GSI2": {"partition_key": "GSI2PK"},
    },
    local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}},
)
members = Entity(
    Member,
    member_table,
    partition_key=lambda m: key("TENANT", m.tenant),
    sort_key=lambda m: key("MEMBER", m.member_id),
    global_secondary_indexes={
        "GSI1": {"partition_key": lambda m: index_key("EMAIL", m.email), "sort_key": lambda m: key("T", m.tenant)},
    },
    local_secondary_indexes={"LSI1": {"sort_key": lambda m: index_key(m.status, m.email)}},
)
MEMBER = {"tenant": "t1", "member_id": "m1"}
MEMBER_KEY = {"PK": {"S": "TENANT#t1"}, "SK": {"S": "MEMBER#m1"}}

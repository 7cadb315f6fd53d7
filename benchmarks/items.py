"""What every benchmark writes and reads: one user of twelve attributes, and small orders under one customer."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import attrs

USERS = 100
ORDERS = 1000


@attrs.define
class Address:
    street: str
    city: str
    zip: str


@attrs.define
class User:
    """Ten fields of eight types; two key attributes come to them."""

    user_id: str
    name: str
    email: str
    age: int
    balance: Decimal
    tags: list[str]
    address: Address
    created_at: datetime
    nickname: str | None = None
    roles: set[str] = attrs.field(factory=set)


@attrs.define
class Order:
    """Six fields, about 200 bytes."""

    order_id: str
    customer: str
    status: str
    total: Decimal
    quantity: int
    note: str


def user(number: int) -> User:
    return User(
        user_id=f"u{number}",
        name="Alice Example",
        email=f"alice{number}@example.com",
        age=20 + number,
        balance=Decimal("100.25") + number,
        tags=["a", "b", "c"],
        address=Address("1 Main", "X", "12345"),
        created_at=datetime(2026, 1, 2, 3, 4, 5, number, tzinfo=UTC),
        nickname="Al" if number % 2 else None,
        roles={"admin", "dev"},
    )


def order(number: int) -> Order:
    return Order(
        order_id=f"o{number:06d}",
        customer="cust-1",
        status="SHIPPED",
        total=Decimal(f"{number}.5"),
        quantity=number,
        note="please leave it at the door",
    )


def user_key(number: int) -> dict[str, str]:
    return {"PK": f"USER#u{number}", "SK": "META"}


def order_key(number: int) -> dict[str, str]:
    return {"PK": "CUST#cust-1", "SK": f"ORDER#o{number:06d}"}

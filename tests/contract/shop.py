"""The items most contract tests are about: accounts and orders in one table."""

from __future__ import annotations

from attrs import frozen

from dynamo_document_builder import Entity, Table, key


@frozen
class Account:
    account_id: str
    owner: str = "nobody"
    balance: int = 0
    email: str | None = None


@frozen
class Order:
    order_id: str
    status: str = "new"
    lines: tuple[str, ...] = ()


def accounts_in(table: Table) -> Entity[Account]:
    return Entity(Account, table, partition_key=lambda a: key("ACCOUNT", a.account_id), sort_key=lambda _: "META")


def orders_in(table: Table) -> Entity[Order]:
    return Entity(Order, table, partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda _: "META")


def wire_key(kind: str, name: str) -> dict[str, dict[str, str]]:
    """Return a key of these entities in DynamoDB JSON."""
    return {"PK": {"S": f"{kind}#{name}"}, "SK": {"S": "META"}}

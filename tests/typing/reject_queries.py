"""Misuse of queries, scans and batches that both type checkers refuse."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    Entity,
    Get,
    Put,
    Query,
    RetryPolicy,
    Scan,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TransactGet,
)
from tests.typing.things import KEY, Order, User, orders, table, users


@frozen
class Named:
    name: str


# Unknown options, and options of other types.
Query(KEY, limit=3)  # type: ignore[call-overload]
Query(KEY, page_size="3")  # type: ignore[call-overload]
Query(KEY, filter=3)  # type: ignore[call-overload]
Query(KEY, entities=users)  # type: ignore[call-overload]
Query(KEY, segment=1)  # type: ignore[call-overload]
Scan(KEY)  # type: ignore[call-overload]
Scan(reverse=True)  # type: ignore[call-overload]
Scan(entities=users | orders, on_unknown="ignore")  # type: ignore[call-overload]
Query(KEY, on_unfit="ignore")  # type: ignore[call-overload]
Scan(on_unfit=None)  # type: ignore[call-overload]
Scan(entities=users | orders, on_unfit=True)  # type: ignore[call-overload]
BatchGet([KEY], on_unfit="ignore")  # type: ignore[call-overload]
TransactGet([KEY], on_unfit="ignore")  # type: ignore[call-overload]
Get(KEY, on_unfit="skip")  # type: ignore[call-overload]
BatchWrite(deletes=[KEY], on_unfit="skip")  # type: ignore[call-arg]
TableBatchGet(gets=(users.prepare(BatchGet([KEY])),), on_unfit="ignore")  # type: ignore[call-overload]
TableTransactGet(gets=(users.prepare(TransactGet([KEY])),), on_unfit="ignore")  # type: ignore[call-overload]
users.send(Scan(on_unfit="collect")).unfit[0].item["name"] = 3  # type: ignore[index]
Query(KEY, projection=3)  # type: ignore[call-overload]
Query(KEY, projection=Named, entities=users | orders)  # type: ignore[call-overload]
Query(KEY, start=3)  # type: ignore[call-overload]
Query(KEY, reverse="yes")  # type: ignore[call-overload]
Query(index="GSI1")  # type: ignore[call-overload]
Scan(segment="0", total_segments=2)  # type: ignore[call-overload]
Scan(index_name=["GSI1"])  # type: ignore[call-overload]
Scan(entities=["users"])  # type: ignore[arg-type]
Query(KEY, entities=[users, "orders"])  # type: ignore[arg-type]
BatchGet([KEY], projection=3)  # type: ignore[call-overload]
BatchGet([KEY], limit=3)  # type: ignore[call-overload]
BatchWrite(puts=[User("u1", "Ann")])  # type: ignore[call-arg]
users | table  # type: ignore[operator]
RetryPolicy(3)  # type: ignore[call-arg]

# What is sent where.
table.send(Query(KEY))  # type: ignore[arg-type]
table.paginate(Scan())  # type: ignore[arg-type]
users.paginate(Get(KEY))  # type: ignore[arg-type]
users.paginate(Scan(), at_once="2")  # type: ignore[arg-type]
table.send(Scan(entities=users | orders)).items[0].name  # type: ignore[union-attr]
users.send(BatchWrite([Order("o")]))  # type: ignore[list-item]
users.send(TableBatchGet(gets=(users.prepare(BatchGet([KEY])),)))  # type: ignore[arg-type]
table.send(BatchGet([KEY]))  # type: ignore[arg-type]
table.send(TableBatchWrite(writes=[BatchWrite([User("u1", "Ann")])]))  # type: ignore[list-item]

# Results have the fields that they have.
users.send(Query(KEY)).item  # type: ignore[attr-defined]
users.send(Query(KEY, projection=Named)).items[0].balance  # type: ignore[attr-defined]
orders.send(Scan()).items[0].name  # type: ignore[attr-defined]
users.send(BatchGet([KEY])).items[0].name  # type: ignore[union-attr]
users.send(BatchGet([KEY], projection=Named)).items[0].balance  # type: ignore[union-attr]
users.send(Put(User("u1", "Ann"))).item.order_id  # type: ignore[attr-defined]
users.paginate(Query(KEY)).cursor  # type: ignore[attr-defined]
for line in users.paginate(Query(KEY)):
    line.name  # type: ignore[attr-defined]
for user in users.paginate(Query(KEY)).items():
    user.order_id  # type: ignore[attr-defined]


# A union takes its own classes.
@frozen
class Card:
    owner: str
    kind: Literal["card"] = "card"


@frozen
class Transfer:
    owner: str
    iban: str
    kind: Literal["transfer"] = "transfer"


payments = Entity[Card | Transfer](Card | Transfer, Table("payments"), partition_key=lambda p: p.owner)
payments.send(Put(User("u1", "Ann")))  # type: ignore[arg-type]
payments.send(Query({"owner": "x"})).items[0].iban  # type: ignore[union-attr]
payments.where(lambda p: p.iban == "x")  # type: ignore[union-attr]
card: Card | None = payments.send(Get({"owner": "x"})).item  # type: ignore[assignment]

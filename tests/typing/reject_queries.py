"""Misuse of queries, scans and batches that both type checkers refuse."""

from __future__ import annotations

from attrs import frozen

from dynamo_document_builder import BatchGet, BatchWrite, Get, Query, RetryPolicy, Scan, TableBatchGet, TableBatchWrite
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
Query(KEY, projection=3)  # type: ignore[call-overload]
Query(KEY, projection=Named, entities=users | orders)  # type: ignore[call-overload]
RetryPolicy(3)  # type: ignore[call-arg]

# What is sent where.
table.send(Query(KEY))  # type: ignore[arg-type]
table.paginate(Scan())  # type: ignore[arg-type]
users.paginate(Get(KEY))  # type: ignore[arg-type]
users.send(BatchWrite([Order("o")]))  # type: ignore[list-item]
users.send(TableBatchGet(gets=(users.prepare(BatchGet([KEY])),)))  # type: ignore[arg-type]
table.send(BatchGet([KEY]))  # type: ignore[arg-type]
table.send(TableBatchWrite(writes=[BatchWrite([User("u1", "Ann")])]))  # type: ignore[list-item]

# Results have the fields that they have.
users.send(Query(KEY)).item  # type: ignore[attr-defined]
users.send(Query(KEY, projection=Named)).items[0].balance  # type: ignore[attr-defined]
orders.send(Scan()).items[0].name  # type: ignore[attr-defined]

"""Misuse that both type checkers refuse where results are awaited. An ignore that is no longer needed is an error."""

from __future__ import annotations

from dynamo_document_builder import Get, Put, Query, Request, Table, TableTransactWrite
from tests.typing.things import KEY, Order, User, table, users

ALICE = User("u1", "Alice")


async def refused() -> None:
    # Another entity's item, and the wrong sender.
    await users.asend(Put(Order("o")))  # type: ignore[arg-type]
    await users.asend(TableTransactWrite(transactions=[users.prepare([Put(ALICE)])]))  # type: ignore[arg-type]
    await table.asend(Put(ALICE))  # type: ignore[arg-type]
    # A result that was not awaited.
    users.asend(Get(KEY)).item  # type: ignore[attr-defined]
    # What has no pages, and pages that are not awaited.
    users.apaginate(Get(KEY))  # type: ignore[arg-type]
    for _ in users.apaginate(Query(key=KEY)):  # type: ignore[attr-defined]
        pass
    # A misspelled field of what is awaited.
    (await users.asend(Get(KEY))).items  # type: ignore[attr-defined]


class NoTransport:
    """Its answer is text."""

    async def send(self, request: Request, _timeout: float | None = None, /) -> str:
        return request.operation


Table("app", transport=NoTransport())  # type: ignore[arg-type]

"""Functions that do not fit the reads of `table.transact`, which every type checker refuses."""

from __future__ import annotations

from dynamo_document_builder import Put
from tests.typing.accept_table_transact import many, o, one, two, u
from tests.typing.things import Order, User, table


def swapped(placed: list[Order | None], found: list[User | None]) -> None:
    two(found, placed)


def never_missing(found: list[User]) -> None:
    one([*found])


def unprepared(found: list[User | None]) -> list[Put[User]]:
    return [Put(user) for user in found if user]


table.transact(swapped, u, o)  # type: ignore[arg-type]
table.transact(two, u)  # type: ignore[arg-type]
table.transact(one, u, o)  # type: ignore[arg-type]
table.transact(never_missing, u)  # type: ignore[arg-type]
table.transact(unprepared, u)  # type: ignore[arg-type]
table.transact(one, o)  # type: ignore[arg-type]
table.transact(lambda found: found[0].name, u)  # type: ignore[arg-type, return-value, union-attr]
table.transact(lambda found, placed: None, u)  # type: ignore[arg-type, misc]
table.transact(one)  # type: ignore[arg-type]
table.transact(many, o, o)  # type: ignore[arg-type]


async def awaited() -> None:
    await table.atransact(swapped, u, o)  # type: ignore[arg-type]
    await table.atransact(one, u, o)  # type: ignore[arg-type]
    await table.atransact(two, u)  # type: ignore[arg-type]

"""What the function of a transact may be, and what it may return."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from dynamo_document_builder import Delete, Get, Put, Raw, TransactGet, TransactWrite, UsageError
from dynamo_document_builder.testing import answer
from tests.unit.things import ALICE, ALICE_ITEM
from tests.unit.transactions.test_modify import KEYS, Scene, found


async def awaits(*_: Any) -> list[Any]:
    return [Put(ALICE)]


class Awaits:
    async def __call__(self, *_: Any) -> list[Any]:
        return [Put(ALICE)]


@pytest.mark.parametrize("function", [awaits, partial(awaits, 1), Awaits()])
def test_a_coroutine_function_is_refused_before_the_read(function: Any) -> None:
    scene = Scene()
    for call in (
        lambda: scene.users.transact(function, KEYS),
        lambda: scene.table.transact(function, scene.users.prepare(TransactGet(KEYS))),
        lambda: asyncio.run(scene.users.atransact(function, KEYS)),
        lambda: asyncio.run(scene.table.atransact(function, scene.users.prepare(TransactGet(KEYS)))),
    ):
        with pytest.raises(UsageError, match=r"an ordinary function, .* not a coroutine function: write it with def"):
            call()
    assert scene.transport.requests == ()


WRONG: list[tuple[Any, str]] = [
    (lambda _: Put(ALICE), "not Put"),
    (lambda _: TransactWrite([Put(ALICE)]), "not TransactWrite"),
    (lambda s: s.users.prepare([Put(ALICE)]), "not PreparedWrites"),
    (lambda _: awaits(), "not coroutine"),
    (lambda _: "text", "not str"),
    (lambda _: {"user_id": "u1"}, "not dict"),
    (lambda _: 0, "not int"),
    (lambda _: True, "not bool"),
    (lambda _: [Get({"user_id": "u1"})], "not of Get"),
    (lambda _: [[Put(ALICE)]], "not of list"),
]


@pytest.mark.parametrize(
    ("returned", "says"), [*WRONG, (lambda _: [Raw({"Delete": {"TableName": "app", "Key": {}}})], "not of Raw")]
)
def test_what_an_entity_cannot_write_is_named(returned: Any, says: str) -> None:
    scene = Scene(found(ALICE_ITEM))
    takes = f"returns a list of Put, Update, Delete and ConditionCheck, or None, {says}; nothing was written"
    with pytest.raises(UsageError, match=takes):
        scene.users.transact(lambda _: returned(scene), [{"user_id": "u1"}])


@pytest.mark.parametrize(("returned", "says"), WRONG)
def test_what_a_table_cannot_write_is_named(returned: Any, says: str) -> None:
    scene = Scene(found(ALICE_ITEM))
    with pytest.raises(UsageError, match=rf"a list of entity.prepare\(\[...\]\), or None, {says}; nothing was written"):
        scene.table.transact(lambda _: returned(scene), scene.users.prepare(TransactGet([{"user_id": "u1"}])))


def test_a_function_may_be_a_generator() -> None:
    def delete(_: Any) -> Any:
        yield Delete({"user_id": "u1"})

    scene = Scene(found(ALICE_ITEM), answer())
    assert scene.users.transact(delete, [{"user_id": "u1"}]).written is not None

"""
Every row of the page "What happens when…" is played: the class that it names is raised, and what it says is written is.

A row without a scenario fails, and a scenario without a row. "Perhaps" is played both ways, with the same error.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from attrs import field, frozen
from moto import mock_aws

import dynamo_document_builder as ddb
from dynamo_document_builder import (
    BatchWrite,
    BotocoreTransport,
    Database,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    RetryPolicy,
    Table,
    TableTransactWrite,
    TransactWrite,
    Update,
    item_exists,
    stored,
)
from dynamo_document_builder.testing import (
    ScriptedTransport,
    answer,
    break_down,
    conflict,
    create_table,
    fail_condition,
    lose_answer,
    lose_request,
    pass_on,
    refuse,
    throttle,
)
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parent.parent / "docs" / "errors" / "what-happens-when.md"
ROW = re.compile(
    r"^\| (?P<when>.+?) \| (?P<written>no|yes|perhaps|a part) \| (?P<catch>.+?) \| (?P<do>.+?) \|$", re.MULTILINE
)
HASTY = RetryPolicy(max_attempts=2, base_delay=0)
KEY = {"user_id": "new"}


@frozen
class User:
    user_id: str
    name: str = ""
    balance: int = 0


@frozen
class Document:
    user_id: str
    version: int = field(default=0, metadata=stored(version=True))


NEW = User("new", "Alice")
OTHER = User("other", "Bob")


class World:
    """A table in process, and a script in front of it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.table = Table("app", client=client)
        self.users = self._of(User)
        self.documents = self._of(Document)

    def _of(self, schema: Any) -> Entity[Any]:
        return Entity(schema, self.table, partition_key="USER#{user_id}", sort_key="META")

    def script(self, *steps: Any) -> Entity[User]:
        self.table.connect(transport=ScriptedTransport(*steps, then=BotocoreTransport(self.client)))
        return self.users

    @property
    def written(self) -> set[str]:
        items = self.client.scan(TableName="app", ConsistentRead=True)["Items"]
        return {item["PK"]["S"].removeprefix("USER#") for item in items} - {"there"}


class Awaited:
    """The table in process, for callers that await."""

    def __init__(self, client: Any) -> None:
        self.inner = BotocoreTransport(client)

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109
        return self.inner.send(request)


class Hanging(Awaited):
    """Never answers; it may have done what was asked."""

    def __init__(self, client: Any, *, applies: bool) -> None:
        super().__init__(client)
        self.applies = applies

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109
        if self.applies:
            await super().send(request, timeout)
        await asyncio.sleep(60)
        raise AssertionError


class Late:
    """Answers too late; it may have done what was asked."""

    def __init__(self, client: Any, *, applies: bool) -> None:
        self.inner = BotocoreTransport(client)
        self.applies = applies

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        if self.applies:
            self.inner.send(request)
        raise no_answer_error(request, f"no answer within {timeout} seconds", timed_out=True)


def cancelled(world: World, command: Any, *, applies: bool = False) -> None:
    world.table.connect(transport=Hanging(world.client, applies=applies))

    async def scenario() -> None:
        task = asyncio.create_task(world.users.asend(command))
        await asyncio.sleep(0.02)
        task.cancel()
        await task

    asyncio.run(scenario())


def late(world: World, command: Any, *, applies: bool = False) -> None:
    world.table.connect(transport=Late(world.client, applies=applies))
    world.users.send(command)


def other_database(world: World) -> None:
    group = world.users.prepare([Put(NEW)])
    Database(transport=ScriptedTransport()).send(TableTransactWrite([group]))


def forged_cursor(world: World) -> None:
    world.users.send(Query(key=KEY, start="eyJmb3JnZWQiOiAxfQ"))


def stopped(world: World) -> None:
    signal = Event()
    signal.set()
    world.users.send(Put(NEW, abort=signal))


def overtaken(world: World) -> None:
    changed = {"PK": {"S": "USER#there"}, "SK": {"S": "META"}, "name": {"S": "changed"}}
    steps = [pass_on(), fail_condition(0, item=changed)] * 2
    users = world.script(*steps)
    users.transact(lambda _: [Put(NEW), Delete({"user_id": "there"})], [{"user_id": "there"}], retry=HASTY)


def misfit_returned(world: World) -> Any:
    item = {"PK": {"S": "USER#new"}, "SK": {"S": "META"}, "user_id": {"S": "new"}, "balance": {"S": "x"}}
    world.client.put_item(TableName="app", Item={**item, "PK": {"S": "USER#there"}})
    result = world.users.send(Put(User("there"), return_values="ALL_OLD"))
    assert result.item_error is not None
    world.users.send(Put(NEW))


def misfit_read(world: World) -> None:
    item = {"PK": {"S": "USER#there"}, "SK": {"S": "META"}, "user_id": {"S": "there"}, "balance": {"S": "x"}}
    world.client.put_item(TableName="app", Item=item)
    world.users.send(Get({"user_id": "there"}))


class Garbled(BotocoreTransport):
    """Does what was asked, and answers with what nobody can read."""

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        super().send(request, timeout)
        return Response(b"[]")


def garbled(world: World) -> None:
    world.table.connect(transport=Garbled(world.client))
    world.users.send(Put(NEW))


def undone(world: World) -> None:
    put = {"PutRequest": {"Item": {"PK": {"S": "USER#other"}, "SK": {"S": "META"}, "user_id": {"S": "other"}}}}
    left = answer({"UnprocessedItems": {"app": [{**put}]}})
    world.client.put_item(
        TableName="app", Item={"PK": {"S": "USER#new"}, "SK": {"S": "META"}, "user_id": {"S": "new"}}
    )  # what the answer says was done
    world.script(left, left, left).send(BatchWrite([NEW, User("other")], retry=HASTY))


def dies(world: World, *, applies: bool) -> None:
    """What a process that dies leaves behind; the next one knows the token, and nothing else."""
    command = TransactWrite([Put(NEW)], idempotency_token="stored-before")
    with suppress(ddb.DocumentBuilderError):
        world.script(lose_answer() if applies else lose_request()).send(command)


WRITE = TransactWrite([Put(NEW), Put(OTHER)], retry=RetryPolicy(max_attempts=1))

SCENARIOS: dict[str, Any] = {
    "a field, a type or a key is wrong": lambda w: w.users.send(Update(KEY, updates={"nmae": "x"})),
    "a value does not fit the class": lambda w: w.users.send(Put(User("new", 5))),  # type: ignore[arg-type]
    "a transaction has more than 100 operations": lambda w: w.users.send(
        TransactWrite([Put(User(f"u{number}")) for number in range(101)])
    ),
    "a group belongs to another database": other_database,
    "a cursor is damaged or belongs to another query": forged_cursor,
    "the abort signal is set": stopped,
    "the timeout passes before the request is sent": lambda w: w.users.send(Put(NEW, timeout=1e-9)),
    "the client cannot connect": lambda w: w.script(lose_request()).send(Put(NEW)),
    "the condition of a write is false": lambda w: w.users.send(Put(NEW, condition=item_exists())),
    "the item was changed since it was read": lambda w: w.documents.send(Put(Document("new", version=7))),
    "a condition in a transaction is false": lambda w: w.users.send(
        TransactWrite([Put(NEW, condition=item_exists()), Put(OTHER)])
    ),
    "other writes hold the items of a transaction": lambda w: w.script(conflict(0, times=2)).send(
        TransactWrite([Put(NEW)], retry=HASTY)
    ),
    "a transaction holds the item of a single write": lambda w: w.script(conflict(times=2)).send(Put(NEW, retry=HASTY)),
    "another Region writes the item at the same time": lambda w: w.script(
        refuse("ReplicatedWriteConflictException", http_status=409, times=2)
    ).send(Put(NEW, retry=HASTY)),
    "other writers keep changing the items that `transact` reads": overtaken,
    "DynamoDB throttles the request": lambda w: w.script(throttle()).send(Put(NEW)),
    "the token was used with another transaction": lambda w: w.script(
        refuse("IdempotentParameterMismatchException")
    ).send(WRITE),
    "the table does not exist": lambda w: Entity(
        User, Table("nowhere", client=w.client), partition_key="x", sort_key="y"
    ).send(Put(NEW)),
    "DynamoDB rejects the credentials": lambda w: w.script(refuse("UnrecognizedClientException")).send(Put(NEW)),
    "DynamoDB fails during a read": lambda w: w.script(break_down()).send(Get(KEY)),
    "the item that a write returns does not fit the class": misfit_returned,
    "the answer to a write cannot be read": garbled,
    "a batch makes no progress for too long": undone,
    "a stored item does not fit the class": misfit_read,
    "the answer to a read is lost": lambda w: w.script(lose_answer()).send(Get(KEY)),
    "the timeout passes during a read": lambda w: late(w, Get(KEY, timeout=1)),
    "a task is cancelled during a read": lambda w: cancelled(w, Get(KEY)),
}


def nothing_done(*then: Any) -> Any:
    """Return a transport that loses requests without knowing whether they arrived, and then follows a script."""
    script = ScriptedTransport(*then)

    class Losing:
        lost = False

        def send(self, request: Request, timeout: float | None = None, /) -> Response:
            if self.lost:
                return script.send(request, timeout)
            self.lost = True
            raise no_answer_error(request, "the connection was closed", timed_out=True)

    return Losing()


def losing(world: World, command: Any, *, applies: bool) -> None:
    if applies:
        world.script(lose_answer()).send(command)
    else:
        world.table.connect(transport=nothing_done())
        world.users.send(command)


def failing(world: World, command: Any, step: Any, *, applies: bool) -> None:
    if applies:
        world.script(pass_on()).send(command)
    world.script(step).send(command)


def lost_then_held(world: World, *, applies: bool) -> None:
    from msgspec.structs import replace

    from dynamo_document_builder.transports.errors import service_error

    class Repeating:
        def send(self, request: Request, timeout: float | None = None, /) -> Response:
            if applies:
                BotocoreTransport(world.client).send(request, timeout)
            try:
                ScriptedTransport(throttle()).send(request, timeout)
            except ddb.ServiceError as error:
                raise service_error(request, replace(error.fault, attempts=2, maybe_applied=True)) from None
            raise AssertionError

    world.table.connect(transport=Repeating())
    world.users.send(TransactWrite([Put(NEW)]))


BOTH_WAYS: dict[str, Any] = {
    "the answer to a write is lost": lambda w, applies: losing(w, Put(NEW), applies=applies),
    "the answer to a transaction is lost": lambda w, applies: losing(w, TransactWrite([Put(NEW)]), applies=applies),
    "the timeout passes after a write was sent": lambda w, applies: late(w, Put(NEW, timeout=1), applies=applies),
    "an answer is lost, then a retry is rejected because of a conflict or throttling": lambda w, applies: (
        lost_then_held(w, applies=applies)
    ),
    "a task is cancelled during a write": lambda w, applies: cancelled(w, Put(NEW), applies=applies),
    "DynamoDB fails during a write": lambda w, applies: failing(w, Put(NEW), break_down(), applies=applies),
    "a transaction with the same token is still running": lambda w, applies: failing(
        w, TransactWrite([Put(NEW)]), refuse("TransactionInProgressException"), applies=applies
    ),
    "the process dies": lambda w, applies: dies(w, applies=applies),
}


def rows() -> dict[str, re.Match[str]]:
    return {row["when"]: row for row in ROW.finditer(PAGE.read_text())}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(Table("app", client=client))
        world = World(client)
        world.users.send(Put(User("there", "There")))
        yield world
        client.close()


def raised(play: Callable[[], Any]) -> BaseException | None:
    try:
        play()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  which one is what is asked
        return error
    return None


def check_class(error: BaseException | None, catch: str) -> None:
    if catch == "nothing":
        assert error is None
        return
    assert f"`{type(error).__name__}`" == catch
    if isinstance(error, asyncio.CancelledError) and error.__cause__ is not None:
        assert isinstance(error.__cause__, ddb.OutcomeUnknownError)


def test_every_row_has_a_scenario_and_every_scenario_a_row() -> None:
    assert set(rows()) == set(SCENARIOS) | set(BOTH_WAYS)
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and "| What happens" not in line]
    assert len(lines) == len(rows())


@pytest.mark.parametrize("when", SCENARIOS)
def test_what_happens_when(world: World, when: str) -> None:
    row = rows()[when]
    check_class(raised(lambda: SCENARIOS[when](world)), row["catch"])
    assert world.written == {"no": set(), "yes": {"new"}, "a part": {"new"}}[row["written"]]


@pytest.mark.parametrize("when", BOTH_WAYS)
@pytest.mark.parametrize("applies", [True, False])
def test_what_perhaps_happens_when(world: World, when: str, applies: bool) -> None:
    row = rows()[when]
    assert row["written"] == "perhaps"
    check_class(raised(lambda: BOTH_WAYS[when](world, applies)), row["catch"])
    assert world.written == ({"new"} if applies else set())

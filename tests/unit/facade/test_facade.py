"""Tables, entities and databases: the verbs, and what they refuse before anything is sent."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    Database,
    Delete,
    Entity,
    Get,
    Put,
    Raw,
    Table,
    TableMismatchError,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    UsageError,
    computed,
    key,
    set_,
)
from dynamo_document_builder.wire.request import Request, Response
from tests.unit.things import ALICE, ALICE_ITEM, User, table, users

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = {"user_id": "u1"}
ENTITY_COMMANDS = [Put(ALICE), Get(KEY), Delete(KEY), TransactGet([KEY]), TransactWrite(writes=[Put(ALICE)])]
TABLE_COMMANDS = [
    TableTransactGet((users.prepare(TransactGet([KEY])),)),
    TableTransactWrite([users.prepare([Put(ALICE)])]),
]


class Kept:
    """A transport that keeps what it is sent, and answers with one body."""

    def __init__(self, body: bytes = b"{}") -> None:
        self.body = body
        self.requests: list[Request] = []

    def send(self, request: Request, _timeout: float | None = None, /) -> Response:
        self.requests.append(request)
        return Response(self.body)


def entity_on(on: Table) -> Entity[User]:
    return Entity(User, on, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def test_a_send_goes_through_the_tables_transport() -> None:
    transport = Kept()
    result = entity_on(Table("app", transport=transport)).send(Put(ALICE))
    assert [request.payload for request in transport.requests] == [{"TableName": "app", "Item": ALICE_ITEM}]
    assert result.return_item is None


def test_a_dry_run_sends_nothing_and_needs_no_client() -> None:
    transport = Kept()
    connected = entity_on(Table("app", transport=transport))
    assert connected.request(Put(ALICE)) == users.request(Put(ALICE))
    assert transport.requests == []


@pytest.mark.parametrize("command", ENTITY_COMMANDS, ids=lambda command: type(command).__name__)
def test_without_a_client_an_entity_sends_nothing(command: Any) -> None:
    with pytest.raises(UsageError, match=r"table 'app' is not connected .* nothing was sent"):
        users.send(command)


@pytest.mark.parametrize("command", TABLE_COMMANDS, ids=lambda command: type(command).__name__)
def test_without_a_client_a_table_or_database_sends_nothing(command: Any) -> None:
    with pytest.raises(UsageError, match="table 'app' is not connected"):
        table.send(command)
    with pytest.raises(UsageError, match="the database is not connected"):
        Database().send(command)


def test_without_a_client_nothing_is_rehearsed() -> None:
    command = TableTransactWrite([users.prepare([Put(ALICE)])])
    with pytest.raises(UsageError, match="table 'app' is not connected"):
        table.rehearse(command)
    with pytest.raises(UsageError, match="table 'app' is not connected"):
        users.rehearse(Put(ALICE))
    with pytest.raises(UsageError, match="the database is not connected"):
        Database().rehearse(command)


def test_a_table_is_connected_later_for_every_entity_of_it() -> None:
    late = Table("app")
    entity = entity_on(late)
    transport = Kept()
    late.connect(transport=transport)
    entity.send(Put(ALICE))
    assert len(transport.requests) == 1


def test_a_database_connects_all_its_tables() -> None:
    database = Database()
    first, second = database.table("table-a"), database.table("table-b", partition_key="id", sort_key=None)
    transport = Kept()
    database.connect(transport=transport)
    entity_on(first).send(Put(ALICE))
    command = TableTransactWrite(
        [entity_on(first).prepare([Put(ALICE)]), Raw({"Delete": {"TableName": "table-b", "Key": {"id": {"S": "x"}}}})]
    )
    database.send(command)
    assert [request.operation for request in transport.requests] == ["PutItem", "TransactWriteItems"]
    assert second.key_names == ("id",)


@pytest.mark.parametrize("command", ENTITY_COMMANDS, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("sender", [table, Database()], ids=["table", "database"])
def test_a_command_of_an_entity_is_refused_elsewhere(sender: Any, command: Any) -> None:
    with pytest.raises(UsageError, match=f"{type(command).__name__} was not sent: .*entity"):
        sender.send(command)
    with pytest.raises(UsageError, match="entity"):
        sender.request(command)


@pytest.mark.parametrize("command", TABLE_COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_over_groups_is_refused_by_an_entity(command: Any) -> None:
    with pytest.raises(UsageError, match="a table or a database"):
        users.send(command)


@pytest.mark.parametrize(
    "wrong", [None, 5, "Put", ALICE, {"Put": {}}, Put, Get, [Put(ALICE)], (Put(ALICE),), users.prepare([Put(ALICE)])]
)
@pytest.mark.parametrize("sender", [users, table, Database()], ids=["entity", "table", "database"])
def test_what_is_no_command_is_refused(sender: Any, wrong: Any) -> None:
    for verb in (sender.send, sender.request):
        with pytest.raises(UsageError, match="was not sent"):
            verb(wrong)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (Put(ALICE), r"prepare\(\[Put\(...\)\]\)"),
        (Get(KEY), "Get"),
        ([Get(KEY)], "not Get"),
        ([Put], "Put"),
        ([None], "NoneType"),
        (None, "NoneType"),
        ("Put", "str"),
        (5, "int"),
        ([[Put(ALICE)]], "not list"),
    ],
)
def test_what_cannot_be_prepared_is_refused(wrong: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        users.prepare(wrong)


def test_writes_may_be_prepared_from_any_sequence() -> None:
    assert users.prepare([Put(ALICE)]) == users.prepare((Put(ALICE),))


def test_two_tables_of_one_name_and_client_are_one_table() -> None:
    transport = Kept()
    one, other = Table("app", transport=transport), Table("app", transport=transport)
    assert one == other
    assert hash(one) == hash(other)
    assert one != Table("app2", transport=transport)
    assert one != Table("app", transport=Kept())
    assert one != "app"
    other.send(TableTransactWrite([entity_on(one).prepare([Put(ALICE)])]))
    assert len(transport.requests) == 1


def test_a_group_on_another_client_is_refused() -> None:
    here, there = Kept(), Kept()
    group = entity_on(Table("app", transport=there)).prepare([Put(ALICE)])
    with pytest.raises(TableMismatchError, match="another client"):
        Table("app", transport=here).send(TableTransactWrite([group]))
    with pytest.raises(TableMismatchError, match="on another client: send it with the Database of that client"):
        Database(transport=here).send(TableTransactWrite([group]))
    assert (here.requests, there.requests) == ([], [])


def test_a_group_of_a_table_with_the_same_client_is_sent_by_a_database() -> None:
    transport = Kept()
    group = entity_on(Table("app", transport=transport)).prepare([Put(ALICE)])
    Database(transport=transport).send(TableTransactWrite([group]))
    assert len(transport.requests) == 1


def test_a_group_of_a_table_without_a_client_is_sent_through_the_one_there_is() -> None:
    transport = Kept()
    Table("app", transport=transport).send(TableTransactWrite([users.prepare([Put(ALICE)])]))
    assert len(transport.requests) == 1


class Set:
    def is_set(self) -> bool:
        return True


@pytest.mark.parametrize("command", ["get", "transact"])
def test_an_abort_signal_that_is_set_stops_everything(command: str) -> None:
    from dynamo_document_builder import AbortedError

    transport = Kept()
    entity = entity_on(Table("app", transport=transport))
    commands: dict[str, Any] = {
        "get": Get(KEY, abort=Set()),
        "transact": TransactWrite(writes=[Put(ALICE)], abort=Set()),
    }
    with pytest.raises(AbortedError):
        entity.send(commands[command])
    assert transport.requests == []


def test_an_abort_signal_makes_no_difference_to_what_a_command_is() -> None:
    assert Get(KEY, abort=Set()) == Get(KEY)


@pytest.mark.parametrize("abort", [True, 5, "x", lambda: True])
def test_an_abort_signal_without_is_set_stops_the_send(abort: Any) -> None:
    transport = Kept()
    with pytest.raises((UsageError, AttributeError)):
        entity_on(Table("app", transport=transport)).send(Get(KEY, abort=abort))
    assert transport.requests == []


def test_where_and_changes_are_values() -> None:
    assert users.where(lambda u: u.balance > 1) == users.where(lambda u: u.balance > 1)
    assert users.changes(lambda u: [set_(u.name, "x")]) == users.changes(lambda u: (set_(u.name, "x"),))


@pytest.mark.parametrize(
    "wrong", [lambda _: None, lambda _: 5, lambda u: set_(u.name, "x"), lambda u: [u.name], lambda u: u.name]
)
def test_changes_gives_a_list_of_changes(wrong: Any) -> None:
    with pytest.raises((UsageError, TypeError)):
        users.changes(wrong)


def test_what_is_bound_to_an_entity_can_be_copied_after_it_was_used() -> None:
    assert users.__model__.decode(users.__model__.encode(ALICE).text.encode()) == ALICE
    group = users.prepare(TransactGet([{"user_id": "u1"}]))
    assert deepcopy(group).entity.codec is users.__model__.codec
    assert pickle.loads(pickle.dumps(users.__model__.codec)) is users.__model__.codec  # noqa: S301  our own


def partition_of(user: User) -> str:
    return key("USER", user.user_id)


@pytest.mark.parametrize("source", [partition_of, "USER#{user_id}", computed(partition_of, reads=["user_id"])])
@pytest.mark.parametrize("again", [copy, deepcopy, lambda entity: pickle.loads(pickle.dumps(entity))])  # noqa: S301
def test_an_entity_can_be_copied_after_it_was_used(again: Callable[[Entity[User]], Entity[User]], source: Any) -> None:
    used = Entity(User, Table("app", sort_key=None), partition_key=source)
    request, stored = used.request(Put(ALICE)), used.__model__.encode(ALICE).text.encode()
    assert (
        used.__model__.decode(stored) == ALICE
    )  # by now there are functions made for its keys, which cannot be pickled
    copied = again(used)
    assert (copied.request(Put(ALICE)), copied.table, copied.schema) == (request, used.table, User)
    assert copied.__model__.decode(stored) == ALICE


def test_a_request_can_be_compared_with_one_written_by_hand() -> None:
    request = users.request(Get(KEY))
    by_hand = Request("GetItem", b'{"TableName":"app","Key":{"PK":{"S":"USER#u1"},"SK":{"S":"META"}}}')
    assert (request.tables, by_hand.tables) == (("app",), ())
    assert request == by_hand
    assert len({request, by_hand}) == 1
    assert request != Request("DeleteItem", request.body, request.tables)
    assert request != request.body

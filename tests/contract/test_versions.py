"""Two writers of one item: the second to write what it has read is refused, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from threading import Barrier, Lock
from typing import Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    Table,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    item_exists,
    item_not_exists,
    key,
    stored,
)
from dynamo_document_builder.errors import StaleVersionError
from tests.contract.conftest import Engine, OpenTable, Stored

WRITERS = 4
ROUNDS = 5
ROUNDS_ONE_BY_ONE = 2


@frozen
class Doc:
    doc_id: str
    text: str = ""
    count: int = 0
    version: int = field(default=0, metadata=stored(version=True, alias="v"))
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True))
    updated_at: datetime | None = field(default=None, metadata=stored(updated_at=True))


D1 = {"doc_id": "d1"}
WIRE_KEY = {"PK": {"S": "DOC#d1"}, "SK": {"S": "META"}}


def docs_in(table: Table) -> Entity[Doc]:
    return Entity(Doc, table, partition_key=lambda d: key("DOC", d.doc_id), sort_key=lambda _: "META")


@pytest.fixture
def docs(table: Table) -> Entity[Doc]:
    return docs_in(table)


def read(docs: Entity[Doc], doc_id: str = "d1") -> Doc:
    item = docs.send(Get({"doc_id": doc_id}, consistent=True)).item
    assert item is not None
    return item


def stale(docs: Entity[Doc], command: Any) -> StaleVersionError:
    with pytest.raises(StaleVersionError) as caught:
        docs.send(command)
    return caught.value


def test_what_a_put_says_it_stored_is_what_is_read(docs: Entity[Doc]) -> None:
    first = docs.send(Put(Doc("d1", "a")))
    assert first.item == read(docs)
    assert first.item.version == 1
    second = docs.send(Put(evolve(first.item, text="b")))
    assert second.item == read(docs)
    assert (second.item.version, second.item.created_at) == (2, first.item.created_at)


def test_the_second_of_two_writers_is_refused(docs: Entity[Doc]) -> None:
    docs.send(Put(Doc("d1")))
    one, other = read(docs), read(docs)
    written = docs.send(Put(evolve(one, text="one"))).item
    for command in (
        Put(evolve(other, text="other")),
        Update(other, updates={"text": "other"}),
        Update({**D1, "version": 1}, updates={"text": "other"}),
        Delete(other),
        Put(evolve(other, text="other"), condition=item_exists()),
    ):
        error = stale(docs, command)
        assert (error.expected_version, error.stored_version) == (1, 2)
        assert error.item == written
    assert read(docs) == written


def test_two_first_writers_are_told_apart(docs: Entity[Doc]) -> None:
    docs.send(Put(Doc("d1", "one")))
    error = stale(docs, Put(Doc("d1", "other")))
    assert (error.expected_version, error.stored_version) == (0, 1)
    assert isinstance(stale(docs, Put(Doc("d1"), condition=item_not_exists())), ConditionFailedError)


def test_what_is_gone_is_stale(docs: Entity[Doc]) -> None:
    item = docs.send(Put(Doc("d1"))).item
    docs.send(Delete(item))
    for command in (Put(item), Update(item, updates={"text": "x"}), Delete(item)):
        error = stale(docs, command)
        assert (error.expected_version, error.stored_version, error.item) == (1, None, None)
    assert docs.send(Get(D1, consistent=True)).item is None


def test_a_false_condition_of_ones_own_is_no_stale_version(docs: Entity[Doc]) -> None:
    item = docs.send(Put(Doc("d1", "a"))).item
    for command in (
        Put(item, condition={"text": "z"}),
        Update(item, updates={"text": "b"}, condition={"text": "z"}),
        Delete(item, condition={"text": "z"}),
    ):
        with pytest.raises(ConditionFailedError) as caught:
            docs.send(command)
        assert type(caught.value) is ConditionFailedError
        assert caught.value.item == item


def test_without_the_item_the_version_is_not_known(docs: Entity[Doc]) -> None:
    docs.send(Put(Doc("d1")))
    error = stale(docs, Put(Doc("d1"), return_values_on_condition_check_failure="NONE"))
    assert (error.expected_version, error.stored_version, error.item) == (0, None, None)


def test_an_unchecked_write_overwrites_and_counts(docs: Entity[Doc]) -> None:
    first = docs.send(Put(Doc("d1"))).item
    docs.send(Update(D1, updates={"text": "b"}))
    assert docs.send(Put(evolve(first, text="c"), check_version=False)).item.version == 2
    docs.send(Update(first, updates={"text": "d"}, check_version=False))
    assert (read(docs).text, read(docs).version) == ("d", 3)
    docs.send(Delete(first, check_version=False))
    assert docs.send(Get(D1, consistent=True)).item is None


def test_updates_count_and_note_the_moment(docs: Entity[Doc]) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    created = docs.send(Update(D1, updates={"text": "a", "count": 1}, return_values="ALL_NEW")).updated_item
    assert created is not None
    assert created == read(docs)
    assert (created.version, created.created_at) == (1, created.updated_at)
    assert created.created_at is not None
    assert before <= created.created_at <= datetime.now(UTC)
    changed = docs.send(Update(created, updates={"count": add(1)}, return_values="UPDATED_NEW")).updated_fields
    assert changed is not None
    after = read(docs)
    assert changed == {"count": 2, "version": 2, "updated_at": after.updated_at}
    assert after.created_at == created.created_at
    assert after.updated_at is not None
    assert created.updated_at is not None
    assert after.updated_at > created.updated_at


def test_an_item_without_a_version_is_taken_over(docs: Entity[Doc], table: Table, stored: Stored, client: Any) -> None:
    client.put_item(TableName=table.name, Item={**WIRE_KEY, "doc_id": {"S": "d1"}, "text": {"S": "old"}})
    item = read(docs)
    assert item.version == 0
    docs.send(Put(evolve(item, text="new")))
    found = stored(table, **WIRE_KEY)
    assert found is not None
    assert found["v"] == {"N": "1"}
    assert stale(docs, Put(item)).stored_version == 1


def test_a_transaction_is_cancelled_by_a_stale_write(docs: Entity[Doc]) -> None:
    for number in (1, 2, 3):
        docs.send(Put(Doc(f"d{number}")))
    old = read(docs)
    docs.send(Update(D1, updates={"text": "changed"}))
    put, check = Put(evolve(old, text="other"), label="mine"), ConditionCheck(old, condition=item_exists())
    for write in (put, Update(old, updates={"text": "x"}), Delete(old), check):
        command = TransactWrite([Put(evolve(read(docs, "d2"), text="never")), write, Delete({"doc_id": "d3"})])
        with pytest.raises(TransactionCanceledError) as caught:
            docs.send(command)
        error = caught.value
        assert [reason.stale for reason in error.reasons] == [False, True, False]
        [reason] = error.stale
        assert reason.command is write
        assert (reason.expected_version, reason.stored_version, reason.item) == (1, 2, read(docs))
        assert not error.retryable
    assert (read(docs).text, read(docs, "d2").text) == ("changed", "")
    assert read(docs, "d3").version == 1


def test_a_transaction_writes_versions_and_gives_what_it_stored(docs: Entity[Doc]) -> None:
    first = docs.send(Put(Doc("d1"))).item
    result = docs.send(
        TransactWrite(
            [
                Put(evolve(first, text="b")),
                Put(Doc("d2", "new")),
                Update({"doc_id": "d3"}, updates={"text": "made"}),
            ]
        )
    )
    assert result.items == (read(docs), read(docs, "d2"), None)
    assert [read(docs, name).version for name in ("d1", "d2", "d3")] == [2, 1, 1]
    result = docs.send(
        TransactWrite(
            [
                Delete(read(docs)),
                ConditionCheck(read(docs, "d2"), condition={"text": "new"}),
                Put(evolve(read(docs, "d3"), text="over"), check_version=False),
            ]
        )
    )
    assert [item and item.version for item in result.items] == [None, None, 2]


@frozen
class Session:
    session_id: str
    started: datetime | None = field(default=None, metadata=stored(created_at=True, epoch=True))
    seen: datetime | None = field(default=None, metadata=stored(updated_at=True, epoch=True))


def test_whole_seconds_come_back_as_they_were_told(open_table: OpenTable) -> None:
    sessions = Entity(Session, open_table("sessions", partition_key="session_id", sort_key=None))
    put = sessions.send(Put(Session("s1"))).item
    assert sessions.send(Get({"session_id": "s1"}, consistent=True)).item == put
    made = sessions.send(Update({"session_id": "s2"}, updates={"seen": put.seen}, return_values="ALL_NEW")).updated_item
    assert made is not None
    assert made.started is not None
    assert made.started.microsecond == 0


def test_writers_that_read_again_when_they_are_stale_lose_nothing(docs: Entity[Doc], engine: Engine) -> None:
    rounds = ROUNDS if engine.endpoint else ROUNDS_ONE_BY_ONE
    docs.send(Put(Doc("d1")))
    start = Barrier(WRITERS)
    # An engine in this process expects no two requests at a time.
    turn = nullcontext() if engine.endpoint else Lock()

    def count_up(_: int) -> list[StaleVersionError]:
        start.wait()
        refused: list[StaleVersionError] = []
        written = 0
        while written < rounds:
            with turn:
                item = read(docs)
            try:
                with turn:
                    docs.send(Put(evolve(item, count=item.count + 1)))
                written += 1
            except StaleVersionError as error:
                refused.append(error)
        return refused

    with ThreadPoolExecutor(WRITERS) as pool:
        refused = [error for errors in pool.map(count_up, range(WRITERS)) for error in errors]
    assert all((error.stored_version or 0) > error.expected_version for error in refused)
    assert (read(docs).count, read(docs).version) == (WRITERS * rounds, 1 + WRITERS * rounds)

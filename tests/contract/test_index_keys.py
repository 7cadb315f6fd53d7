"""Index keys: written with the item, left out where the index is sparse, recomputed by updates; seen by querying."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionFailedError,
    Entity,
    Get,
    Put,
    Table,
    TransactWrite,
    Update,
    UsageError,
    add,
    index_key,
    item_exists,
    key,
    remove,
    stored,
)

if TYPE_CHECKING:
    from tests.contract.conftest import OpenTable

Indexed = Callable[..., list[str]]


@frozen
class Task:
    task_id: str
    status: str = "open"
    owner: str | None = None
    rank: int | None = field(default=None, metadata=stored(alias="LSI1SK"))
    note: str = ""


@pytest.fixture
def table(open_table: OpenTable) -> Table:
    return open_table(
        global_secondary_indexes={
            "GSI1": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"},
            "GSI2": {"partition_key": "GSI2PK"},
        },
        local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}},
        key_types={"LSI1SK": "N"},
    )


@pytest.fixture
def tasks(table: Table) -> Entity[Task]:
    return Entity(
        Task,
        table,
        partition_key=lambda _: "TASKS",
        sort_key=lambda t: key("TASK", t.task_id),
        global_secondary_indexes={
            "GSI1": {
                "partition_key": lambda t: index_key("OWNER", t.owner),
                "sort_key": lambda t: key(t.status, t.task_id),
            },
            "GSI2": {"partition_key": lambda t: key("STATUS", t.status)},
        },
        local_secondary_indexes={"LSI1": {}},
    )


@pytest.fixture
def indexed(client: Any, table: Table) -> Indexed:
    """Give a function that tells which tasks an index has under a key, in its order."""

    def query(index: str, **key: Any) -> list[str]:
        answer = client.query(
            TableName=table.name,
            IndexName=index,
            KeyConditionExpression=" AND ".join(f"{name} = :{name}" for name in key),
            ExpressionAttributeValues={f":{name}": value for name, value in key.items()},
        )
        return [item["task_id"]["S"] for item in answer["Items"]]

    return query


def owned(name: str) -> dict[str, dict[str, str]]:
    return {"GSI1PK": {"S": f"OWNER#{name}"}}


def status(name: str) -> dict[str, dict[str, str]]:
    return {"GSI2PK": {"S": f"STATUS#{name}"}}


def test_index_keys_are_written_and_never_read(tasks: Entity[Task], indexed: Indexed) -> None:
    tasks.send(TransactWrite([Put(Task("2", "open", "ann", 5)), Put(Task("1", "open", "ann", 9))]))
    tasks.send(Put(Task("3", "done", "ann", 1)))
    assert indexed("GSI1", **owned("ann")) == ["3", "1", "2"]
    assert sorted(indexed("GSI2", **status("open"))) == ["1", "2"]
    assert indexed("LSI1", PK={"S": "TASKS"}) == ["3", "2", "1"]
    assert tasks.send(Get({"task_id": "3"})).item == Task("3", "done", "ann", 1)


def test_an_item_without_an_index_key_is_not_in_the_index(tasks: Entity[Task], indexed: Indexed) -> None:
    tasks.send(TransactWrite([Put(Task("1")), Put(Task("2", rank=0))]))
    assert indexed("LSI1", PK={"S": "TASKS"}) == ["2"]
    assert sorted(indexed("GSI2", **status("open"))) == ["1", "2"]
    tasks.send(Put(Task("2")))
    assert indexed("LSI1", PK={"S": "TASKS"}) == []


@pytest.mark.parametrize("sent", ["alone", "in a transaction"])
def test_an_update_moves_the_item_within_its_indexes(tasks: Entity[Task], indexed: Indexed, sent: str) -> None:
    def update(**changes: Any) -> None:
        # What the index keys are built from beside the change is given with the key.
        command = Update(
            {"task_id": "1", "status": changes.pop("was", "open")}, updates=changes, condition=item_exists()
        )
        tasks.send(command if sent == "alone" else TransactWrite([command]))

    tasks.send(Put(Task("1")))
    assert indexed("GSI1", **owned("ann")) == []
    update(owner="ann", rank=3)
    assert (indexed("GSI1", **owned("ann")), indexed("LSI1", PK={"S": "TASKS"})) == (["1"], ["1"])
    update(owner="bob", note="moved")
    assert (indexed("GSI1", **owned("ann")), indexed("GSI1", **owned("bob"))) == ([], ["1"])
    update(owner="bob", status="done")
    assert indexed("GSI1", **owned("bob"), GSI1SK={"S": "done#1"}) == ["1"]
    assert (indexed("GSI2", **status("open")), indexed("GSI2", **status("done"))) == ([], ["1"])
    update(was="done", owner=remove(), rank=remove())
    assert (indexed("GSI1", **owned("bob")), indexed("LSI1", PK={"S": "TASKS"})) == ([], [])
    assert tasks.send(Get({"task_id": "1"})).item == Task("1", "done", None, None, "moved")


def test_an_update_beside_the_indexes_leaves_them(tasks: Entity[Task], indexed: Indexed) -> None:
    tasks.send(Put(Task("1", "open", "ann")))
    tasks.send(Update({"task_id": "1"}, updates={"note": "x"}))
    assert (indexed("GSI1", **owned("ann")), indexed("GSI2", **status("open"))) == (["1"], ["1"])


@pytest.mark.parametrize(
    ("updates", "wanted"),
    [
        ({"task_id": "2"}, "'task_id' is part of the key"),
        ({"GSI1PK": "x"}, "'GSI1PK' is a key attribute"),
        ({"PK": "x"}, "PK"),
    ],
)
def test_an_update_of_a_key_is_refused(
    tasks: Entity[Task], indexed: Indexed, updates: dict[str, Any], wanted: str
) -> None:
    tasks.send(Put(Task("1", "open", "ann")))
    with pytest.raises(UsageError, match=wanted):
        tasks.send(Update({"task_id": "1"}, updates=updates))
    assert indexed("GSI1", **owned("ann"), GSI1SK={"S": "open#1"}) == ["1"]


def test_an_update_follows_what_it_changes_and_leaves_the_rest(tasks: Entity[Task], indexed: Indexed) -> None:
    tasks.send(Put(Task("1", "held", "ann")))
    tasks.send(Update({"task_id": "1"}, updates={"owner": "bob"}))
    assert (indexed("GSI1", **owned("ann")), indexed("GSI1", **owned("bob"), GSI1SK={"S": "held#1"})) == ([], ["1"])
    tasks.send(Update({"task_id": "1"}, updates={"status": "done"}))
    assert indexed("GSI1", **owned("bob"), GSI1SK={"S": "done#1"}) == ["1"]
    assert (indexed("GSI2", **status("held")), indexed("GSI2", **status("done"))) == ([], ["1"])


def test_an_update_that_would_leave_an_index_stale_is_refused(table: Table, indexed: Indexed) -> None:
    crews = Entity(
        Task,
        table,
        partition_key="TASKS",
        sort_key="TASK#{task_id}",
        global_secondary_indexes={"GSI2": {"partition_key": "{status}#{owner}"}},
    )
    crews.send(Put(Task("1", "held", "ann")))
    with pytest.raises(UsageError, match="changing 'owner' changes GSI2PK, which also reads 'status'"):
        crews.send(Update({"task_id": "1"}, updates={"owner": "bob"}, condition=item_exists()))
    with pytest.raises(ConditionFailedError):  # what is given in the key alone is checked
        crews.send(Update({"task_id": "1", "status": "open"}, updates={"owner": "bob"}, condition=item_exists()))
    assert indexed("GSI2", GSI2PK={"S": "held#ann"}) == ["1"]
    crews.send(Update({"task_id": "1", "status": "held"}, updates={"owner": "bob"}, condition=item_exists()))
    assert indexed("GSI2", GSI2PK={"S": "held#bob"}) == ["1"]


def test_an_index_on_a_plain_field_takes_any_update(tasks: Entity[Task], indexed: Indexed) -> None:
    tasks.send(TransactWrite([Put(Task("1", rank=1)), Put(Task("2", rank=2))]))
    tasks.send(Update({"task_id": "1"}, updates={"rank": add(5)}))
    assert indexed("LSI1", PK={"S": "TASKS"}) == ["2", "1"]


def test_an_update_that_creates_is_in_the_indexes_its_key_tells(open_table: OpenTable, client: Any) -> None:
    table = open_table(global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK"}})
    tasks = Entity(
        Task,
        table,
        partition_key=lambda t: key("TASK", t.task_id),
        sort_key=lambda _: "META",
        global_secondary_indexes={"GSI1": {"partition_key": lambda t: key("BY", t.task_id)}},
    )
    tasks.send(Update({"task_id": "1"}, updates={"note": "x"}))
    found = client.query(
        TableName=table.name,
        IndexName="GSI1",
        KeyConditionExpression="GSI1PK = :k",
        ExpressionAttributeValues={":k": {"S": "BY#1"}},
    )["Items"]
    assert [item["note"] for item in found] == [{"S": "x"}]
    assert tasks.send(Get({"task_id": "1"})).item == Task("1", note="x")


def test_an_upsert_with_all_fields_of_an_index_is_in_it(tasks: Entity[Task], indexed: Indexed) -> None:
    tasks.send(Update({"task_id": "1"}, updates={"owner": "ann", "status": "open"}))
    assert indexed("GSI1", **owned("ann")) == ["1"]
    assert indexed("GSI2", **status("open")) == ["1"]
    assert tasks.send(Get({"task_id": "1"})).item == Task("1", "open", "ann")

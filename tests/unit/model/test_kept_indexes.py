"""An index built from fields the library keeps: it follows them, and no update is refused for what never changes."""

from datetime import datetime
from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import Entity, Put, Table, Update, UsageError, item_exists, key, stored
from tests.unit.kept import EARLIER, EARLIER_TEXT, NOON, NOON_TEXT, at_noon, spelled

GSI = {"GSI1": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"}}
table = Table("app", global_secondary_indexes=GSI)


@frozen
class Task:
    task_id: str
    status: str = "new"
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True))
    updated_at: datetime | None = field(default=None, metadata=stored(updated_at=True))


T1 = {"task_id": "t1"}
EXISTING = item_exists()
NOON_ISO, EARLIER_ISO = NOON.isoformat(), EARLIER.isoformat()


def tasks(partition_key: Any, sort_key: Any) -> Entity[Task]:
    index = {"GSI1": {"partition_key": partition_key, "sort_key": sort_key}}
    return Entity(
        Task,
        table,
        partition_key=lambda t: key("TASK", t.task_id),
        sort_key=lambda _: "META",
        global_secondary_indexes=index,
    )


def updated(entity: Entity[Task], updates: Any = None, given: Any = None, **more: Any) -> str:
    command = at_noon(Update(given or T1, updates=updates or {"text": "x"}, **more))
    return spelled(entity.request(command).payload, "UpdateExpression")


by_change = tasks(lambda _: "TASKS", lambda t: t.updated_at.isoformat())
by_status_and_change = tasks(lambda t: t.status, lambda t: t.updated_at.isoformat())
by_version = tasks(lambda _: "TASKS", lambda t: key(t.version))
by_creation = tasks(lambda _: "TASKS", lambda t: t.created_at.isoformat())
by_id_and_creation = tasks(lambda t: t.task_id, lambda t: t.created_at.isoformat())
by_status_and_creation = tasks(lambda t: t.status, lambda t: t.created_at.isoformat())


def test_a_put_builds_index_keys_from_what_is_stored() -> None:
    assert by_change.request(at_noon(Put(Task("t1")))).payload["Item"]["GSI1SK"] == {"S": NOON_ISO}
    assert by_creation.request(at_noon(Put(Task("t1")))).payload["Item"]["GSI1SK"] == {"S": NOON_ISO}
    assert by_version.request(Put(Task("t1", version=3))).payload["Item"]["GSI1SK"] == {"S": "4"}


def test_an_index_by_change_follows_every_update() -> None:
    assert updated(by_change, condition=EXISTING) == (
        f"SET text = x, GSI1PK = TASKS, GSI1SK = {NOON_ISO}, updated_at = {NOON_TEXT['S']} ADD version 1"
    )
    assert f"GSI1SK = {EARLIER_ISO}" in updated(by_change, {"updated_at": EARLIER}, condition=EXISTING)


def test_what_else_it_is_built_from_has_to_be_given() -> None:
    with pytest.raises(UsageError, match="changing 'updated_at' changes index 'GSI1', which is also built from 'stat"):
        updated(by_status_and_change)
    for said in (updated(by_status_and_change, {"status": "old"}), updated(by_status_and_change, None, Task("t1"))):
        assert f"GSI1SK = {NOON_ISO}" in said


def test_an_index_by_version_follows_a_version_that_is_known_and_checked() -> None:
    assert "GSI1SK = 4" in updated(by_version, None, {**T1, "version": 3})
    assert "GSI1SK = 4" in updated(by_version, None, Task("t1", version=3))
    for given, more in ((T1, {}), ({**T1, "version": 3}, {"check_version": False})):
        with pytest.raises(UsageError, match="built from 'version', whose new value only DynamoDB would know: give"):
            updated(by_version, None, given, **more)


@pytest.mark.parametrize("entity", [by_creation, by_id_and_creation])
def test_an_index_by_creation_is_begun_where_an_item_is_created(entity: Entity[Task]) -> None:
    said = updated(entity)
    assert f"created_at = if_not_exists(created_at, {NOON_TEXT['S']})" in said
    assert f"GSI1SK = if_not_exists(GSI1SK, {NOON_ISO})" in said
    assert "GSI1PK = if_not_exists(GSI1PK, " in said


@pytest.mark.parametrize("entity", [by_creation, by_id_and_creation, by_status_and_creation])
def test_an_index_by_creation_is_left_alone_where_the_item_is_there(entity: Entity[Task]) -> None:
    for more in ({"condition": EXISTING}, {"given": {**T1, "version": 3}}):
        assert updated(entity, **more) == f"SET text = x, updated_at = {NOON_TEXT['S']} ADD version 1"


def test_what_the_key_tells_of_the_creation_is_what_the_index_is_begun_with() -> None:
    said = updated(by_creation, None, {**T1, "created_at": EARLIER})
    assert f"created_at = if_not_exists(created_at, {EARLIER_TEXT['S']})" in said
    assert f"GSI1SK = if_not_exists(GSI1SK, {EARLIER_ISO})" in said


def test_an_index_by_creation_and_a_field_that_is_left_alone_refuses_no_creation() -> None:
    said = updated(by_status_and_creation)
    assert "created_at = if_not_exists" in said
    assert "GSI1" not in said


@pytest.mark.parametrize("given", [T1, Task("t1")])
def test_where_its_field_changes_the_creation_has_to_be_given(given: Any) -> None:
    for more in ({}, {"condition": EXISTING, "check_version": False}):
        with pytest.raises(UsageError, match="changing 'status' changes index 'GSI1', which is also built from 'creat"):
            updated(by_status_and_creation, {"status": "old"}, given, **more)
    known = {**T1, "created_at": EARLIER}
    for said in (
        updated(by_status_and_creation, {"status": "old"}, known),
        updated(by_status_and_creation, {"status": "old"}, Task("t1", version=3, created_at=EARLIER)),
        updated(by_status_and_creation, {"status": "old", "created_at": EARLIER}),
    ):
        assert f"GSI1PK = old, GSI1SK = {EARLIER_ISO}" in said


def test_an_index_key_that_is_the_field_itself_needs_nothing_more() -> None:
    plain = Entity(
        Task,
        Table("app", global_secondary_indexes={"ALL": {"partition_key": "kind", "sort_key": "created_at"}}),
        partition_key=lambda t: key("TASK", t.task_id),
        sort_key=lambda _: "META",
        global_secondary_indexes={"ALL": {"partition_key": lambda _: "TASK"}},
    )
    assert "kind = if_not_exists(kind, TASK)" in updated(plain)
    assert updated(plain).count("created_at = ") == 1


def test_a_sparse_index_stays_sparse() -> None:
    never = tasks(lambda _: None, lambda t: t.created_at.isoformat())
    assert "GSI1" not in updated(never)


def test_a_builder_that_fails_is_a_finding() -> None:
    broken = tasks(lambda _: "TASKS", lambda t: key(t.created_at.isoformat(), ""))
    with pytest.raises(UsageError, match="index 'GSI1': part 2 of a key is empty"):
        updated(broken)

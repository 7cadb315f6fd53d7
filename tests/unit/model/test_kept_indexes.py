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
by_creation = tasks("TASKS", "{created_at}")
by_id_and_creation = tasks(lambda t: t.task_id, lambda t: key(t.created_at))
by_status_and_creation = tasks(lambda t: t.status, "{created_at}")
by_a_function_of_the_creation = tasks("TASKS", lambda t: t.created_at.isoformat())


def test_a_put_builds_index_keys_from_what_is_stored() -> None:
    assert by_change.request(at_noon(Put(Task("t1")))).payload["Item"]["GSI1SK"] == {"S": NOON_ISO}
    assert by_creation.request(at_noon(Put(Task("t1")))).payload["Item"]["GSI1SK"] == NOON_TEXT
    of_function = by_a_function_of_the_creation.request(at_noon(Put(Task("t1"))))
    assert of_function.payload["Item"]["GSI1SK"] == {"S": NOON_ISO}
    assert by_version.request(Put(Task("t1", version=3))).payload["Item"]["GSI1SK"] == {"S": "4"}


def test_an_index_by_change_follows_every_update() -> None:
    assert updated(by_change, condition=EXISTING) == (
        f"SET text = x, GSI1SK = {NOON_ISO}, updated_at = {NOON_TEXT['S']} ADD version 1"
    )
    assert f"GSI1PK = TASKS, GSI1SK = {NOON_ISO}" in updated(by_change)
    assert f"GSI1SK = {EARLIER_ISO}" in updated(by_change, {"updated_at": EARLIER}, condition=EXISTING)


def test_what_else_the_index_is_built_from_need_not_be_given() -> None:
    assert updated(by_status_and_change, condition=EXISTING) == (
        f"SET text = x, GSI1SK = {NOON_ISO}, updated_at = {NOON_TEXT['S']} ADD version 1"
    )
    for given in (T1, Task("t1")):
        said = updated(by_status_and_change, None, given)
        assert f"GSI1SK = {NOON_ISO}, GSI1PK = if_not_exists(GSI1PK, new)" in said
    assert f"GSI1PK = old, GSI1SK = {NOON_ISO}" in updated(by_status_and_change, {"status": "old"})


def test_what_else_the_attribute_is_built_from_has_to_be_given() -> None:
    together = tasks("TASKS", lambda t: key(t.status, t.updated_at))
    text = "changing 'updated_at' changes GSI1SK, which also reads 'status': give 'status' in updates=, or in key="
    with pytest.raises(UsageError, match=text):
        updated(together, condition=EXISTING)
    with pytest.raises(UsageError, match="follows from 'status', which is given in key= only, and an update that may"):
        updated(together, None, {**T1, "status": "old"})
    for said in (
        updated(together, {"status": "old"}),
        updated(together, {"status": "old"}, condition=EXISTING),
        updated(together, None, {**T1, "status": "old"}, condition=EXISTING),
    ):
        assert f"GSI1SK = old#{NOON_TEXT['S']}" in said


def test_an_index_by_version_follows_a_version_that_is_known_and_checked() -> None:
    assert "GSI1SK = 4" in updated(by_version, None, {**T1, "version": 3})
    assert "GSI1SK = 4" in updated(by_version, None, Task("t1", version=3))
    for given, more in ((T1, {}), ({**T1, "version": 3}, {"check_version": False})):
        with pytest.raises(UsageError, match=r"GSI1SK follows from 'version', .*: give the version that was"):
            updated(by_version, None, given, **more)


@pytest.mark.parametrize("entity", [by_creation, by_id_and_creation])
def test_an_index_by_creation_is_begun_where_an_item_is_created(entity: Entity[Task]) -> None:
    said = updated(entity)
    assert f"created_at = if_not_exists(created_at, {NOON_TEXT['S']})" in said
    assert f"GSI1SK = if_not_exists(GSI1SK, {NOON_TEXT['S']})" in said
    assert any(text in said for text in ("GSI1PK = TASKS", "GSI1PK = t1"))  # an item that exists has it already


def test_what_a_function_makes_of_the_creation_cannot_be_begun() -> None:
    advice = r"GSI1SK: a function decides .*: write it as a template, or add condition=item_exists"
    with pytest.raises(UsageError, match=advice):
        updated(by_a_function_of_the_creation)
    assert f"GSI1SK = {EARLIER_ISO}" in updated(by_a_function_of_the_creation, {"created_at": EARLIER})


@pytest.mark.parametrize(
    "entity", [by_creation, by_id_and_creation, by_status_and_creation, by_a_function_of_the_creation]
)
def test_an_index_by_creation_is_left_alone_where_the_item_is_there(entity: Entity[Task]) -> None:
    for more in ({"condition": EXISTING}, {"given": {**T1, "version": 3}}):
        assert updated(entity, **more) == f"SET text = x, updated_at = {NOON_TEXT['S']} ADD version 1"


def test_what_the_key_tells_of_the_creation_is_what_the_index_is_begun_with() -> None:
    said = updated(by_creation, None, {**T1, "created_at": EARLIER})
    assert f"created_at = if_not_exists(created_at, {EARLIER_TEXT['S']})" in said
    assert f"GSI1SK = if_not_exists(GSI1SK, {EARLIER_TEXT['S']})" in said


def test_a_field_that_is_left_alone_is_begun_with_its_default() -> None:
    said = updated(by_status_and_creation)
    assert f"created_at = if_not_exists(created_at, {NOON_TEXT['S']})" in said
    assert f"GSI1PK = if_not_exists(GSI1PK, new), GSI1SK = if_not_exists(GSI1SK, {NOON_TEXT['S']})" in said


@pytest.mark.parametrize("given", [T1, Task("t1")])
def test_where_another_field_changes_the_creation_need_not_be_given(given: Any) -> None:
    said = updated(by_status_and_creation, {"status": "old"}, given)
    assert f"GSI1PK = old, GSI1SK = if_not_exists(GSI1SK, {NOON_TEXT['S']})" in said
    said = updated(by_status_and_creation, {"status": "old"}, given, condition=EXISTING, check_version=False)
    assert said == f"SET status = old, GSI1PK = old, updated_at = {NOON_TEXT['S']} ADD version 1"


def test_a_creation_that_is_changed_is_followed() -> None:
    said = updated(by_status_and_creation, {"status": "old", "created_at": EARLIER})
    assert f"GSI1PK = old, GSI1SK = {EARLIER_TEXT['S']}" in said


def test_where_the_creation_is_part_of_an_attribute_that_changes_it_has_to_be_given() -> None:
    together = tasks("TASKS", "{status}#{created_at}")
    for given in (T1, Task("t1")):
        with pytest.raises(UsageError, match="changing 'status' changes GSI1SK, which also reads 'created_at'"):
            updated(together, {"status": "old"}, given, condition=EXISTING, check_version=False)
    for known in ({**T1, "created_at": EARLIER}, Task("t1", version=3, created_at=EARLIER)):
        said = updated(together, {"status": "old"}, known, condition=EXISTING)
        assert f"GSI1SK = old#{EARLIER_TEXT['S']}" in said


def test_an_index_key_that_is_the_field_itself_needs_nothing_more() -> None:
    plain = Entity(
        Task,
        Table("app", global_secondary_indexes={"ALL": {"partition_key": "kind", "sort_key": "created_at"}}),
        partition_key=lambda t: key("TASK", t.task_id),
        sort_key=lambda _: "META",
        global_secondary_indexes={"ALL": {"partition_key": lambda _: "TASK"}},
    )
    assert "kind = TASK" in updated(plain)
    assert updated(plain).count("created_at = ") == 1


def test_a_sparse_index_stays_sparse() -> None:
    never = tasks(lambda _: None, "{created_at}")
    assert "REMOVE GSI1PK" in updated(never)
    assert "GSI1" not in updated(never, condition=EXISTING)


def test_a_builder_that_fails_is_a_finding() -> None:
    broken = tasks(lambda _: "TASKS", lambda t: key(t.created_at.isoformat(), ""))
    with pytest.raises(UsageError, match="GSI1SK: part 2 of a key is empty: give it a text"):
        updated(broken)

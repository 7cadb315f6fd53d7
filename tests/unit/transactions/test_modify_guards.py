"""What a transact depends on: items of tables under any name, raw operations, items with many attributes."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen, make_class

from dynamo_document_builder import (
    Database,
    Delete,
    Entity,
    Put,
    Raw,
    Table,
    TableMismatchError,
    TransactGet,
    Update,
    UsageError,
    key,
    stored,
)
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.unit.things import ALICE, ALICE_ITEM, User, user_key

ARN = "arn:aws:dynamodb:eu-west-1:{}:table/app"
ONE, OTHER = ARN.format("111111111111"), ARN.format("222222222222")
KEY = {"user_id": "u1"}


def found(*items: Any) -> Any:
    return answer({"Responses": [{"Item": item} for item in items]})


def users_of(table: Table) -> Entity[User]:
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


@pytest.mark.parametrize("kind", ["Put", "Update", "Delete", "ConditionCheck"])
@pytest.mark.parametrize("name", ["app", ONE])
def test_a_raw_operation_on_an_item_that_was_read_is_named(kind: str, name: str) -> None:
    transport = ScriptedTransport(found(ALICE_ITEM))
    users = users_of(Table("app", transport=transport))
    members = {"Item": ALICE_ITEM} if kind == "Put" else {"Key": dict(reversed(user_key("u1").items()))}
    raw = Raw({kind: {"TableName": name, **members}})
    with pytest.raises(UsageError) as refusal:
        users.table.transact(lambda _: [raw], users.prepare(TransactGet([KEY])))
    assert str(refusal.value) == (
        f"Raw {kind} is about an item that was read as User user_id='u1': write it through the entity that read it, so "
        "that the write can check that the item has not changed; nothing was written"
    )
    assert len(transport.requests) == 1


def test_a_raw_operation_on_another_item_is_sent_beside_a_check_of_what_was_read() -> None:
    transport = ScriptedTransport(found(ALICE_ITEM), answer())
    users = users_of(Table("app", transport=transport))
    raw = Raw({"Put": {"TableName": "app", "Item": user_key("u2")}})
    users.table.transact(lambda _: [raw], users.prepare(TransactGet([KEY])))
    assert [list(one) for one in transport.requests[1].payload["TransactItems"]] == [["Put"], ["ConditionCheck"]]


def test_a_raw_operation_with_a_broken_key_is_refused_for_that() -> None:
    users = users_of(Table("app", transport=ScriptedTransport(found(ALICE_ITEM))))
    raw = Raw({"Delete": {"TableName": "app", "Key": {"PK": "USER#u1", "SK": "META"}}})
    with pytest.raises(UsageError, match="DynamoDB JSON"):
        users.table.transact(lambda _: [raw], users.prepare(TransactGet([KEY])))


def test_a_raw_operation_of_a_table_that_cannot_be_reached_is_refused() -> None:
    users = users_of(Table("app", transport=ScriptedTransport(found(ALICE_ITEM))))
    raw = Raw({"Delete": {"TableName": "other", "Key": user_key("u1")}})
    with pytest.raises(TableMismatchError, match="bound to table 'other', this is table 'app'"):
        users.table.transact(lambda _: [raw], users.prepare(TransactGet([KEY])))


def test_items_of_one_key_in_two_accounts_are_two_items() -> None:
    transport = ScriptedTransport(found(ALICE_ITEM, {**ALICE_ITEM, "balance": {"N": "7"}}), answer())
    database = Database(transport=transport)
    one, other = users_of(database.table(ONE)), users_of(database.table(OTHER))
    database.transact(
        lambda _, __: [other.prepare([Update(KEY, updates={"balance": 8})])],
        one.prepare(TransactGet([KEY])),
        other.prepare(TransactGet([KEY])),
    )
    update, check = transport.requests[1].payload["TransactItems"]
    assert (update["Update"]["TableName"], check["ConditionCheck"]["TableName"]) == (OTHER, ONE)
    values = [list(part["ExpressionAttributeValues"].values()) for part in (update["Update"], check["ConditionCheck"])]
    assert {"N": "7"} in values[0]
    assert {"N": "100"} in values[1]


def test_a_second_write_of_an_item_that_was_read_is_refused() -> None:
    users = users_of(Table("app", transport=ScriptedTransport(found(ALICE_ITEM))))
    with pytest.raises(UsageError, match="is about the same item as"):
        users.transact(lambda _: [Put(ALICE), Delete(KEY)], [KEY])


def wide(count: int, **more: Any) -> Any:
    fields: dict[str, Any] = {f"f{number}": field(type=int | None, default=None) for number in range(count)}
    return make_class("Wide", {"wide_id": field(type=str), **fields, **more}, frozen=True)


def entity_of(schema: Any, *steps: Any) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport(*steps)
    table = Table("app", transport=transport, partition_key="wide_id", sort_key=None)
    return Entity(schema, table), transport


ADVICE = (
    "attributes are too many for one condition of DynamoDB. Add a version field, metadata=stored(version=True), or "
    "read fewer attributes, with projection= of the TransactGet"
)
WIDE = {"wide_id": "w1"}
WIDE_ITEM: dict[str, Any] = {"wide_id": {"S": "w1"}}


def full(count: int) -> dict[str, Any]:
    return {**WIDE_ITEM, **{f"f{number}": {"N": str(number)} for number in range(count)}}


def test_too_many_fields_are_refused_before_anything_is_sent() -> None:
    entity, transport = entity_of(wide(300))
    with pytest.raises(UsageError) as refusal:
        entity.transact(lambda _: [Delete(WIDE)], [WIDE])
    assert f"an item without a version is compared attribute by attribute, and 300 {ADVICE}" in str(refusal.value)
    assert transport.requests == ()


def test_as_many_as_one_condition_holds_are_compared() -> None:
    entity, transport = entity_of(wide(150), found(full(150)), answer())
    entity.transact(lambda _: [Delete(WIDE)], [WIDE])
    condition = transport.requests[1].payload["TransactItems"][0]["Delete"]["ConditionExpression"]
    assert condition.count(" AND ") + condition.count(" = ") == 299
    assert len(condition.encode()) <= 4096


def test_a_condition_that_grows_too_long_with_what_is_missing_is_refused_after_the_read() -> None:
    entity, transport = entity_of(wide(150), found(WIDE_ITEM))
    with pytest.raises(UsageError) as refusal:
        entity.transact(lambda _: [Delete(WIDE)], [WIDE])
    assert str(refusal.value).startswith("transact cannot depend on Wide wide_id='w1': an item without a version")
    assert str(refusal.value).endswith("; nothing was written")
    assert len(transport.requests) == 1


def test_a_projection_or_a_version_makes_it_few() -> None:
    entity, transport = entity_of(wide(300), found({"f1": {"N": "1"}}), answer())
    read = entity.prepare(TransactGet([WIDE], projection=["f1"]))
    entity.table.transact(lambda _: [entity.prepare([Delete(WIDE)])], read)
    assert len(transport.requests) == 2
    versioned = wide(300, version=field(type=int, default=0, metadata=stored(version=True)))
    entity, transport = entity_of(versioned, found({**full(300), "version": {"N": "3"}}), answer())
    entity.transact(lambda _: [Delete(WIDE)], [WIDE])
    assert len(transport.requests) == 2


def test_too_many_paths_of_a_projection_are_refused_too() -> None:
    entity, transport = entity_of(wide(300))
    read = entity.prepare(TransactGet([WIDE], projection=[f"f{number}" for number in range(200)]))
    with pytest.raises(UsageError, match=f"and 200 {ADVICE[:20]}"):
        entity.table.transact(lambda _: [], read)
    assert transport.requests == ()


@frozen
class Tag:
    tag_id: str
    rest: dict[str, Any] = field(factory=dict[str, Any], metadata=stored(rest=True))


def test_attributes_that_no_field_names_count_too() -> None:
    transport = ScriptedTransport(found({"tag_id": {"S": "t1"}, **full(200)}))
    tags = Entity(Tag, Table("app", transport=transport, partition_key="tag_id", sort_key=None))
    with pytest.raises(UsageError, match=r"transact cannot depend on Tag tag_id='t1': .* 201 attributes"):
        tags.transact(lambda _: [Delete({"tag_id": "t1"})], [{"tag_id": "t1"}])

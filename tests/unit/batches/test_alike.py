"""A batch that is read in one pass is what it is item by item, and so is every refusal."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given

from dynamo_document_builder import BatchGet, Entity, Table, TableBatchGet, key
from dynamo_document_builder.batches import reads as reading
from dynamo_document_builder.model.entities.entity_model import EntityModel
from tests.unit.both_ways import SEEDS, User, outcome
from tests.unit.play import play

TABLE = Table("app")


@frozen
class Count:
    PK: str
    SK: int
    note: str = ""


USERS = Entity(User, TABLE, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
TAGGED = Entity(
    User,
    Table("app", entity_attribute="_type"),
    partition_key=lambda u: key("USER", u.user_id),
    sort_key=lambda _: "META",
)
COUNTS = Entity(Count, Table("counts"))
KEYS = [{"user_id": f"u{number}"} for number in range(4)]
HARD_TO_READ: list[Any] = [
    {"user_id": {"N": "5"}},
    {"name": {"S": "Alice Example"}},
    {"PK": {"N": "5"}},
    {"PK": {"S": "USER#u9"}},
    {"PK": {"NULL": True}},
    {"SK": None},
]


def stored(number: int, **more: Any) -> dict[str, Any]:
    return {"PK": {"S": f"USER#u{number}"}, "SK": {"S": "META"}, "user_id": {"S": f"u{number}"}, **more}


def both_ways(entity: Entity[Any], command: Any, body: bytes) -> tuple[Any, Any]:
    alike = outcome(entity, command, body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "read_alike", lambda *_: None)
        patch.setattr(EntityModel, "encode_keys_fast", lambda *_: None)
        return alike, outcome(entity, command, body)


@given(seed=SEEDS)
def test_any_answer_is_the_same_both_ways(seed: int) -> None:
    chance = Random(seed)
    items = [
        stored(number, **chance.choice([{}, {"name": {"S": "Alice"}}, {"tags": {"SS": ["a"]}}])) for number in range(4)
    ]
    chance.shuffle(items)
    items = items[: chance.randrange(5)]
    if items and chance.random() < 0.5:
        items[0] |= chance.choice(HARD_TO_READ)
    if items and chance.random() < 0.1:
        items.append(items[0])
    answer: Any = {"Responses": {chance.choice(["app", "app", "app", "other"]): items}}
    if chance.random() < 0.2:
        answer["ConsumedCapacity"] = [{"TableName": "app", "CapacityUnits": 2.0}]
    body = json.dumps(answer).encode()
    if chance.random() < 0.2:
        body = body[: chance.randrange(len(body))]
    keys = KEYS + KEYS[: chance.randrange(2)]
    command = BatchGet(keys, skip_validation=chance.random() < 0.3)
    alike, one_by_one = both_ways(chance.choice([USERS, TAGGED]), command, body)
    assert alike == one_by_one


def test_what_was_left_unread_is_asked_for_again() -> None:
    unread = {"app": {"Keys": [{"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}]}}
    first = {"Responses": {"app": [stored(2), stored(0)]}, "UnprocessedKeys": unread}
    requests, found = play(BatchGet(KEYS).__flow__(USERS.__model__), first, {"Responses": {"app": [stored(1)]}})
    assert found.items == [User("u0"), User("u1"), User("u2"), None]
    assert requests[1]["RequestItems"] == unread


def test_a_key_of_the_schemas_own_fields_is_read_item_by_item() -> None:
    answer = {"Responses": {"counts": [{"PK": {"S": "a"}, "SK": {"N": "1.0"}, "note": {"S": "x"}}]}}
    command = BatchGet([{"PK": "a", "SK": 1}])
    alike, one_by_one = both_ways(COUNTS, command, json.dumps(answer).encode())
    assert alike == one_by_one
    assert alike[1].items == [Count("a", 1, "x")]


def test_an_item_that_is_asked_for_twice_is_two_objects() -> None:
    _, found = play(BatchGet([KEYS[0], KEYS[0]]).__flow__(USERS.__model__), {"Responses": {"app": [stored(0)]}})
    assert found.items == [User("u0"), User("u0")]
    assert found.items[0] is not found.items[1]


def test_groups_are_read_item_by_item() -> None:
    names = Entity(User, TABLE, name="Name", partition_key=lambda u: key("NAME", u.user_id), sort_key=lambda _: "META")
    groups = (USERS.prepare(BatchGet([KEYS[0]])), names.prepare(BatchGet([KEYS[1]])))
    name = stored(1) | {"PK": {"S": "NAME#u1"}}
    _, found = play(TableBatchGet(groups).__flow__(TABLE), {"Responses": {"app": [name, stored(0)]}})
    assert found.items == ([User("u0")], [User("u1")])


@pytest.mark.parametrize(
    "keys", [[{"user_id": "é"}], [{"user_id": ""}], [{"user_id": 5}], [{"nobody": "x"}], [{}], [User("u1")]]
)
def test_unusual_keys_are_written_or_refused_as_ever(keys: Any) -> None:
    alike, one_by_one = both_ways(USERS, BatchGet(keys), b"{}")
    assert alike == one_by_one


def test_a_table_without_a_sort_key_is_read_in_one_pass() -> None:
    alone = Entity(User, Table("alone", partition_key="PK", sort_key=None), partition_key=lambda u: u.user_id)
    answer = {"Responses": {"alone": [{"PK": {"S": "b"}, "user_id": {"S": "b"}}]}}
    alike, one_by_one = both_ways(alone, BatchGet([{"user_id": "a"}, {"user_id": "b"}]), json.dumps(answer).encode())
    assert alike == one_by_one
    assert alike[1].items == [None, User("b")]
